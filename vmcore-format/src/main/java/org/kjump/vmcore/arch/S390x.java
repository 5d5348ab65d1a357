package org.kjump.vmcore.arch;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of s390x: segments, then the tables of {@code swapper_pg_dir} (z/Architecture Principles of Operation, chapter 3, dynamic
 * address translation). The topmost table's entries say themselves of which level it is.
 */
final class S390x {
    /** From the segment table up: log2 of what an entry stands for is 20, 31, 42 and 53. */
    private static final List<Level> REGIONS = List.of(
            new Level("PGD", 4, 53, 11),
            new Level("P4D", 3, 42, 11),
            new Level("PUD", 2, 31, 11),
            new Level("PMD", 1, 20, 11));

    private static final Level PAGES = new Level("PTE", 0, 12, 8);

    private S390x() {}

    static AddressSpace of(Told told) {
        SegmentMap segments = SegmentMap.of(told.image().segments());
        long swapper = told.symbol("swapper_pg_dir");
        PhysicalMemory memory = new PhysicalMemory(told.image());
        List<PageTableWalk> candidates = new ArrayList<>();
        for (long root : roots(told, segments, swapper)) {
            levels(memory, root).ifPresent(levels -> candidates.add(new PageTableWalk(memory, root, paging(levels))));
        }
        if (candidates.isEmpty()) {
            throw new VmcoreException("%s: no table of segments or regions at swapper_pg_dir (%x)"
                    .formatted(told.image().name(), swapper));
        }
        return new SegmentsFirst(segments, PageTableWalk.choose(swapper, candidates));
    }

    /** Since 6.10 the image is mapped apart, and VMCOREINFO says where; before, virtual addresses of memory are physical ones. */
    private static List<Long> roots(Told told, SegmentMap segments, long swapper) {
        List<Long> roots = new ArrayList<>();
        Optional<Long> offset = hex(told.info(), "KERNELOFFSET");
        Optional<Long> physical = hex(told.info(), "KERNELOFFPHYS");
        if (offset.isPresent() && physical.isPresent()) {
            roots.add(swapper - offset.get() + physical.get());
        }
        long named = segments.paddr(swapper);
        if (named != AddressSpace.UNMAPPED) {
            roots.add(named);
        }
        roots.add(swapper);
        return roots;
    }

    private static Optional<Long> hex(VmcoreInfo info, String key) {
        return info.text(key)
                .filter(text -> text.matches("[0-9a-f]{1,16}"))
                .map(text -> Long.parseUnsignedLong(text, 16));
    }

    /** Empty entries tell their level, too. */
    private static Optional<List<Level>> levels(PhysicalMemory memory, long root) {
        long first;
        try {
            first = memory.unsigned(root, 8);
        } catch (VmcoreException e) {
            return Optional.empty(); // not in the dump
        }
        int type = (int) (first & Entries.TYPE) >> 2;
        List<Level> levels = new ArrayList<>(REGIONS.subList(REGIONS.size() - 1 - type, REGIONS.size()));
        levels.set(
                0,
                new Level("PGD", type + 1, levels.get(0).shift(), levels.get(0).bits()));
        levels.add(PAGES);
        return Optional.of(List.copyOf(levels));
    }

    private static Paging paging(List<Level> levels) {
        int bits = levels.get(0).shift() + levels.get(0).bits();
        return new Paging(new Paging.Range(bits, Paging.Above.ZEROS), 8, ByteOrder.BIG_ENDIAN, levels, new Entries());
    }

    /** Bits are counted from the right here, not from the left as the manual does. */
    private record Entries() implements EntryFormat {
        static final int TYPE = 0xc;
        private static final int INVALID = 0x20;
        /** EDAT-1 and EDAT-2: an entry of a segment or of a third region is a page. */
        private static final int FORMAT_CONTROL = 0x400;

        private static final int PAGE_INVALID = 0x400;
        private static final int PAGE_ZERO = 0x800;
        private static final int REGION_3 = 2;

        @Override
        public Kind kind(long entry, Level level) {
            if (level.isLowest()) {
                return (entry & (PAGE_INVALID | PAGE_ZERO)) == 0 ? Kind.PAGE : Kind.ABSENT;
            }
            if ((entry & INVALID) != 0 || (entry & TYPE) >> 2 != level.rank() - 1) {
                return Kind.ABSENT;
            }
            boolean isPage = level.rank() <= REGION_3 && (entry & FORMAT_CONTROL) != 0;
            return isPage ? Kind.PAGE : Kind.TABLE;
        }

        /** Page tables are half a page long. */
        @Override
        public long table(long entry, Level level) {
            return entry & (level.rank() == 1 ? -1L << 11 : -1L << 12);
        }

        @Override
        public long page(long entry, Level level) {
            return entry;
        }

        /** Tables of regions and segments are one to four pages long: those from the entry's offset to its length. */
        @Override
        public boolean reaches(long entry, long index) {
            boolean isPageTable = (entry & TYPE) == 0;
            long page = index >>> 9;
            return isPageTable || page >= (entry >> 6 & 3) && page <= (entry & 3);
        }
    }
}
