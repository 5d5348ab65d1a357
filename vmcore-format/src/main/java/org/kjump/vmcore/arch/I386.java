package org.kjump.vmcore.arch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of i386: addresses that the dump's segments name, then those of its page tables. Without a segment and without
 * {@code swapper_pg_dir} an address is taken for one of the direct mapping at 0xc0000000.
 */
final class I386 {
    /**
     * Where kernels map physical address 0 ({@code CONFIG_PAGE_OFFSET}, arch/x86/Kconfig), the usual one first. KASLR moves the image
     * in physical memory and with it in this mapping, which itself stays.
     */
    private static final long[] PAGE_OFFSETS = {0xc0000000L, 0xb0000000L, 0x80000000L, 0x78000000L, 0x40000000L};

    private static final Paging.Range RANGE = new Paging.Range(32, Paging.Above.ZEROS);
    private static final Paging TWO_LEVELS =
            Paging.littleEndian(RANGE, 4, Level.stack(12, 10, 10), new X86Entries(0xfffff000L, 22));
    private static final Paging PAE =
            Paging.littleEndian(RANGE, 8, Level.stack(12, 9, 9, 2), new X86Entries(X86Entries.ADDRESS_52, 21));

    private I386() {}

    static AddressSpace of(Told told) {
        MemoryImage image = told.image();
        return new SegmentsFirst(
                SegmentMap.of(image.segments()),
                told.info().symbol("swapper_pg_dir").isPresent() ? tables(told) : I386::direct);
    }

    /** VMCOREINFO says that the kernel uses PAE, and never that it does not. */
    private static PageTableWalk tables(Told told) {
        VmcoreInfo info = told.info();
        PhysicalMemory memory = new PhysicalMemory(told.image());
        long directory = told.symbol("swapper_pg_dir");
        long[] roots = Arrays.stream(PAGE_OFFSETS)
                .filter(offset -> directory >= offset)
                .map(offset -> directory - offset)
                .toArray();
        List<PageTableWalk> candidates = Stream.of(TWO_LEVELS, PAE)
                .filter(mode -> mode.equals(PAE) || info.text("CONFIG_X86_PAE").isEmpty())
                .flatMap(mode -> PageTableWalk.at(memory, mode, roots))
                .toList();
        if (candidates.isEmpty()) {
            throw told.bad("SYMBOL(swapper_pg_dir)", directory, "an address of the kernel");
        }
        return PageTableWalk.choose(directory, candidates);
    }

    private static long direct(long vaddr) {
        return RANGE.has(vaddr) && vaddr >= PAGE_OFFSETS[0] ? vaddr - PAGE_OFFSETS[0] : AddressSpace.UNMAPPED;
    }
}
