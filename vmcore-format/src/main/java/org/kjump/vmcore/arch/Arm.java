package org.kjump.vmcore.arch;

import java.util.stream.LongStream;

/** A kernel of arm: short descriptors, or with LPAE entries of 64 bits. Its image is part of the linear map. */
final class Arm {
    private static final Paging.Range RANGE = new Paging.Range(32, Paging.Above.ZEROS);
    /** CONFIG_PAGE_OFFSET of arch/arm/Kconfig, the usual one first. */
    private static final long[] PAGE_OFFSETS = {0xc0000000L, 0xb0000000L, 0x80000000L, 0x40000000L};

    private Arm() {}

    static AddressSpace of(Told told) {
        long swapper = told.symbol("swapper_pg_dir");
        Paging paging = told.info().text("CONFIG_ARM_LPAE").isPresent()
                ? new Paging(RANGE, 8, told.image().target().order(), Level.stack(12, 9, 9, 2), ArmLongEntries.BITS_48)
                : new Paging(RANGE, 4, told.image().target().order(), Level.stack(12, 8, 12), new ArmShortEntries());
        LongStream usual = LongStream.of(PAGE_OFFSETS);
        // The kernel's text starts less than 4 MiB behind the linear map.
        LongStream offsets = told.info().symbol("_stext").isPresent()
                ? LongStream.concat(LongStream.of(told.symbol("_stext") & 0xffc00000L), usual)
                : usual;
        long[] roots = offsets.map(offset -> swapper - offset + told.lowestPaddr())
                .filter(root -> root >= 0)
                .toArray();
        if (roots.length == 0) {
            throw told.bad("SYMBOL(swapper_pg_dir)", swapper, "an address of the kernel");
        }
        PhysicalMemory memory = new PhysicalMemory(told.image());
        return new SegmentsFirst(
                SegmentMap.of(told.image().segments()),
                PageTableWalk.choose(
                        swapper, PageTableWalk.at(memory, paging, roots).toList()));
    }
}
