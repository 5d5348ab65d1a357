package org.kjump.vmcore.arch;

import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of i386: addresses that the dump's segments name, then those of its page tables. Without a segment and without
 * {@code swapper_pg_dir} an address is taken for one of the direct mapping at 0xc0000000.
 */
record I386AddressSpace(SegmentMap segments, AddressSpace tables) implements AddressSpace {
    /** __PAGE_OFFSET of every i386 kernel with the usual 3:1 split (include/asm-x86/page_32.h). */
    private static final long PAGE_OFFSET = 0xc0000000L;

    private static final long TOP = 1L << 32;
    /** 52 bits of physical address; without PAE an entry has 32. */
    private static final long ADDRESS = 0x000ffffffffff000L;

    static AddressSpace of(MemoryImage image, VmcoreInfo info) {
        SegmentMap segments = new SegmentMap(image.segments());
        AddressSpace tables = info.symbol("swapper_pg_dir").isEmpty()
                ? I386AddressSpace::direct
                : new X86PageTables(
                        new PhysicalMemory(image),
                        direct(info.symbol("swapper_pg_dir").getAsLong()),
                        info.text("CONFIG_X86_PAE").isPresent()
                                ? X86PageTables.Mode.PAE
                                : X86PageTables.Mode.TWO_LEVELS,
                        ADDRESS);
        return new I386AddressSpace(segments, tables);
    }

    private static long direct(long vaddr) {
        return vaddr >= PAGE_OFFSET && vaddr < TOP ? vaddr - PAGE_OFFSET : UNMAPPED;
    }

    @Override
    public long paddr(long vaddr) {
        if (vaddr < 0 || vaddr >= TOP) {
            return UNMAPPED;
        }
        long paddr = segments.paddr(vaddr);
        return paddr != UNMAPPED ? paddr : tables.paddr(vaddr);
    }
}
