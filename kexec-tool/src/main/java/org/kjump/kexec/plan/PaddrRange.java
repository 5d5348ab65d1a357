package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Physical addresses from {@code start} up to, but not including, {@code end}. */
public record PaddrRange(long start, long end) {
    static final long PAGE = 0x1000;

    public PaddrRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("0x%x-0x%x".formatted(start, end));
        }
    }

    public long size() {
        return end - start;
    }

    /** What lies between this range and a higher one. */
    PaddrRange gapTo(PaddrRange upper) {
        return new PaddrRange(/* start= */ end, /* end= */ upper.start);
    }

    static long pageUp(long paddr) {
        return (paddr + PAGE - 1) & -PAGE;
    }

    /** The whole pages in {@code ranges}, sorted. */
    static List<PaddrRange> wholePages(List<PaddrRange> ranges) {
        return ranges.stream()
                .filter(range -> pageUp(range.start) < (range.end & -PAGE))
                .map(range -> new PaddrRange(pageUp(range.start), range.end & -PAGE))
                .sorted(Comparator.comparingLong(PaddrRange::start))
                .toList();
    }

    /** What of {@code ranges} lies in {@code window}. */
    static List<PaddrRange> within(List<PaddrRange> ranges, PaddrRange window) {
        return ranges.stream()
                .filter(range -> range.start < window.end && window.start < range.end)
                .map(range -> new PaddrRange(Math.max(range.start, window.start), Math.min(range.end, window.end)))
                .toList();
    }

    /** {@code ranges} without {@code holes}. */
    static List<PaddrRange> minus(List<PaddrRange> ranges, List<PaddrRange> holes) {
        List<PaddrRange> left = ranges;
        for (PaddrRange hole : holes) {
            List<PaddrRange> next = new ArrayList<>();
            for (PaddrRange range : left) {
                if (range.end <= hole.start || hole.end <= range.start) {
                    next.add(range);
                    continue;
                }
                if (range.start < hole.start) {
                    next.add(new PaddrRange(range.start, hole.start));
                }
                if (hole.end < range.end) {
                    next.add(new PaddrRange(hole.end, range.end));
                }
            }
            left = next;
        }
        return left.stream().filter(range -> range.size() > 0).toList();
    }
}
