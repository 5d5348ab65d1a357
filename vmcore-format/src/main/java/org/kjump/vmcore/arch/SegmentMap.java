package org.kjump.vmcore.arch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.kjump.vmcore.Segment;

/**
 * The virtual addresses that a dump's segments name themselves (p_vaddr of PT_LOAD). Where segments overlap, the first counts, as for
 * the C makedumpfile. Hypervisors write tens of thousands of segments: they are cut into stretches that do not overlap, in order, so
 * that a search halves them.
 */
final class SegmentMap implements AddressSpace {
    /** Addresses {@code first} to {@code last}, both included, as the kernel's own may end with the last of all. */
    private record Stretch(long first, long last, long paddr) {
        Stretch between(long from, long to) {
            return new Stretch(from, to, paddr + (from - first));
        }
    }

    private record Ranked(Stretch stretch, int rank) {}

    private final long[] firsts;
    private final List<Stretch> stretches;

    private SegmentMap(List<Stretch> stretches) {
        this.stretches = stretches;
        this.firsts = stretches.stream().mapToLong(Stretch::first).toArray();
    }

    static SegmentMap of(List<Segment> segments) {
        List<Ranked> ranked = new ArrayList<>();
        for (Segment segment : segments) {
            boolean isMapped = segment.vaddr() != 0 && segment.vaddr() != Segment.UNMAPPED;
            if (isMapped && segment.size() > 0) {
                long last = segment.vaddr() + segment.size() - 1;
                long end = Long.compareUnsigned(last, segment.vaddr()) < 0 ? -1 : last;
                ranked.add(new Ranked(new Stretch(segment.vaddr(), end, segment.paddr()), ranked.size()));
            }
        }
        ranked.sort(Comparator.comparing(each -> each.stretch.first, Long::compareUnsigned));
        return new SegmentMap(cut(ranked));
    }

    /** @param ranked in order of their first addresses */
    private static List<Stretch> cut(List<Ranked> ranked) {
        List<Stretch> result = new ArrayList<>();
        PriorityQueue<Ranked> open = new PriorityQueue<>(Comparator.comparingInt(Ranked::rank));
        long at = 0;
        for (int next = 0; next < ranked.size() || !open.isEmpty(); ) {
            if (open.isEmpty()) {
                at = ranked.get(next).stretch.first;
            }
            while (next < ranked.size() && ranked.get(next).stretch.first == at) {
                open.add(ranked.get(next++));
            }
            Stretch best = open.element().stretch;
            long last = best.last;
            if (next < ranked.size() && Long.compareUnsigned(ranked.get(next).stretch.first, last) <= 0) {
                last = ranked.get(next).stretch.first - 1;
            }
            result.add(best.between(at, last));
            if (last == -1) {
                break;
            }
            at = last + 1;
            while (!open.isEmpty() && Long.compareUnsigned(open.element().stretch.last, last) <= 0) {
                open.remove();
            }
        }
        return List.copyOf(result);
    }

    @Override
    public long paddr(long vaddr) {
        int low = 0;
        int high = firsts.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(firsts[middle], vaddr) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return UNMAPPED;
        }
        Stretch stretch = stretches.get(low - 1);
        return Long.compareUnsigned(vaddr, stretch.last) <= 0 ? stretch.paddr + (vaddr - stretch.first) : UNMAPPED;
    }
}
