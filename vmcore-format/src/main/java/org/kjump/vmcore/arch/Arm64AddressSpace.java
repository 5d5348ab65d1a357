package org.kjump.vmcore.arch;

import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.layout.Memory;

/**
 * A kernel of arm64: all its addresses go through {@code swapper_pg_dir}, a tree of tables that are as large as a page (Arm ARM,
 * D8.2, VMSAv8-64). How many levels it has follows from the bits of an address and of a page.
 *
 * @param memory physical memory
 * @param root physical address of the topmost table
 * @param bits of a virtual address that the tables translate
 * @param format of an entry's address
 */
record Arm64AddressSpace(Memory memory, long root, int bits, int pageShift, Format format) implements AddressSpace {
    private static final int TYPE = 3;
    private static final int TABLE_OR_PAGE = 3;
    private static final int BLOCK = 1;
    private static final int ENTRY_SHIFT = 3;
    private static final int BITS_MAX = 52;
    private static final int BITS_64K = 16;

    /** Where an entry has the bits of its address. */
    private enum Format {
        /** In their places, 48 of them. */
        BITS_48,
        /** 64 KiB pages with 52 bits: the topmost four in bits 12 to 15. */
        BITS_52_IN_LOW_BITS,
        /** Smaller pages with 52 bits (FEAT_LPA2): 50 in their places, the topmost two in bits 8 and 9. */
        BITS_52_LPA2;

        long address(long entry, int pageShift) {
            long low = -1L << pageShift;
            return switch (this) {
                case BITS_48 -> entry & low & (1L << 48) - 1;
                case BITS_52_IN_LOW_BITS -> entry & low & (1L << 48) - 1 | (entry >> 12 & 0xf) << 48;
                case BITS_52_LPA2 -> entry & low & (1L << 50) - 1 | (entry >> 8 & 3) << 50;
            };
        }
    }

    static AddressSpace of(MemoryImage image, VmcoreInfo info) {
        int pageShift = image.target().pageShift();
        // Since 5.9 the kernel tells what the processor uses, which may be less than it was built for.
        long bits = info.number("TCR_EL1_T1SZ").isPresent()
                ? 64 - info.number("TCR_EL1_T1SZ").getAsLong()
                : need(image, info, "VA_BITS");
        if (bits <= pageShift || bits > BITS_MAX) {
            throw new VmcoreException("%s: VMCOREINFO: virtual addresses of %d bits: %d to %d expected"
                    .formatted(image.name(), bits, pageShift + 1, BITS_MAX));
        }
        long swapper = info.symbol("swapper_pg_dir")
                .orElseThrow(() ->
                        new VmcoreException("%s: VMCOREINFO has no SYMBOL(swapper_pg_dir)".formatted(image.name())));
        boolean wide = info.number("MAX_PHYSMEM_BITS").orElse(48) == BITS_MAX;
        Format format =
                !wide ? Format.BITS_48 : pageShift == BITS_64K ? Format.BITS_52_IN_LOW_BITS : Format.BITS_52_LPA2;
        return new Arm64AddressSpace(
                new PhysicalMemory(image),
                swapper - need(image, info, "kimage_voffset"),
                (int) bits,
                pageShift,
                format);
    }

    private static long need(MemoryImage image, VmcoreInfo info, String number) {
        return info.number(number)
                .orElseThrow(
                        () -> new VmcoreException("%s: VMCOREINFO has no NUMBER(%s)".formatted(image.name(), number)));
    }

    @Override
    public long paddr(long vaddr) {
        int perTable = pageShift - ENTRY_SHIFT;
        int levels = (bits - pageShift + perTable - 1) / perTable;
        long table = root;
        for (int level = levels - 1; level >= 0; level--) {
            int shift = pageShift + level * perTable;
            long index = (vaddr & (1L << bits) - 1) >>> shift & (1L << perTable) - 1;
            long entry = memory.unsigned(table + (index << ENTRY_SHIFT), 1 << ENTRY_SHIFT);
            boolean isLeaf = level == 0 ? (entry & TYPE) == TABLE_OR_PAGE : (entry & TYPE) == BLOCK;
            if (isLeaf) {
                long within = (1L << shift) - 1;
                return format.address(entry, pageShift) & ~within | vaddr & within;
            }
            if (level == 0 || (entry & TYPE) != TABLE_OR_PAGE) {
                return UNMAPPED;
            }
            table = format.address(entry, pageShift);
        }
        throw new IllegalStateException("no level maps an address of " + bits + " bits");
    }
}
