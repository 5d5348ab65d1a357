package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.List;
import org.kjump.syscall.Syscalls;

/** Joins ranges until the kernel takes them all. */
final class SegmentMerger {
    private SegmentMerger() {}

    /**
     * Touching ranges are one. Then gaps are filled with zeros, the smallest first, so that the pages filled are the fewest: what a
     * dump that can be resumed leaves out is free, or was zero. A gap that is not RAM cannot be filled.
     */
    static List<PaddrRange> merge(List<PaddrRange> claimed, List<PaddrRange> ram, String name) {
        List<PaddrRange> ranges = new ArrayList<>(PaddrRange.wholePages(claimed));
        for (int i = ranges.size() - 1; i > 0; i--) {
            if (ranges.get(i - 1).end() == ranges.get(i).start()) {
                join(ranges, i);
            }
        }
        int before = ranges.size();
        while (ranges.size() > Syscalls.KEXEC_SEGMENT_MAX) {
            int best = smallestGap(ranges, ram);
            if (best == 0) {
                throw PlanException.failed(
                        "%s: kernel segment limit reached: at most %d segments are taken, %d needed (%d before merging over gaps that are RAM); write the dump with fewer gaps, without -d or with makedumpfile -E -d 1"
                                .formatted(name, Syscalls.KEXEC_SEGMENT_MAX, ranges.size(), before));
            }
            join(ranges, best);
        }
        return List.copyOf(ranges);
    }

    /** The range behind the smallest gap that is RAM; 0 if there is none. */
    private static int smallestGap(List<PaddrRange> ranges, List<PaddrRange> ram) {
        int best = 0;
        long smallest = Long.MAX_VALUE;
        for (int i = 1; i < ranges.size(); i++) {
            PaddrRange gap = ranges.get(i - 1).gapTo(ranges.get(i));
            if (gap.size() < smallest && PaddrRange.minus(List.of(gap), ram).isEmpty()) {
                smallest = gap.size();
                best = i;
            }
        }
        return best;
    }

    private static void join(List<PaddrRange> ranges, int i) {
        PaddrRange upper = ranges.remove(i);
        ranges.set(i - 1, new PaddrRange(ranges.get(i - 1).start(), upper.end()));
    }
}
