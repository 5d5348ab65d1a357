package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.io.ByteSource;

/**
 * Where in a file which physical memory is. Loads may overlap: of two that have bytes for an address the first counts, and one with
 * bytes counts before one without. Safe for use by many threads once it is filled.
 */
final class Extents {
    /** A stretch without bytes in the file. */
    private static final long NO_BYTES = -1;

    /**
     * @param end physical address
     * @param offset in the file, or {@link #NO_BYTES}
     */
    private record Extent(long end, long offset) {}

    private final NavigableMap<Long, Extent> stored = new TreeMap<>();
    private final NavigableMap<Long, Extent> known = new TreeMap<>();

    void add(long paddr, long offset, long fileSize, long size) {
        insert(stored, paddr, paddr + fileSize, offset);
        insert(known, paddr, paddr + size, NO_BYTES);
    }

    /** Adds what of the stretch is in no extent yet. */
    private static void insert(NavigableMap<Long, Extent> extents, long start, long end, long offset) {
        record Gap(long start, long end) {}
        List<Gap> gaps = new ArrayList<>();
        Map.Entry<Long, Extent> before = extents.floorEntry(start);
        long at = before == null ? start : Math.max(start, before.getValue().end());
        for (Map.Entry<Long, Extent> next :
                extents.subMap(start, false, Math.max(start, end), false).entrySet()) {
            if (at < next.getKey()) {
                gaps.add(new Gap(at, next.getKey()));
            }
            at = Math.max(at, next.getValue().end());
        }
        if (at < end) {
            gaps.add(new Gap(at, end));
        }
        for (Gap gap : gaps) {
            extents.put(
                    gap.start(), new Extent(gap.end(), offset == NO_BYTES ? NO_BYTES : offset + gap.start() - start));
        }
    }

    PageState state(long start, long end) {
        if (touches(stored, start, end)) {
            return PageState.PRESENT;
        }
        return touches(known, start, end) ? PageState.EXCLUDED : PageState.ABSENT;
    }

    /** The lowest address at or above {@code start} that has bytes, or -1. */
    long nextStored(long start) {
        Map.Entry<Long, Extent> before = stored.floorEntry(start);
        if (before != null && before.getValue().end() > start) {
            return start;
        }
        Long after = stored.ceilingKey(start);
        return after == null ? -1 : after;
    }

    private static boolean touches(NavigableMap<Long, Extent> extents, long start, long end) {
        Map.Entry<Long, Extent> last = extents.lowerEntry(end);
        return last != null && last.getValue().end() > start;
    }

    /** Puts {@code length} bytes from physical address {@code start} into {@code target}; zeros where the file has none. */
    void read(ByteSource file, long start, ByteBuffer target, int length) {
        int base = target.position();
        long end = start + length;
        Map.Entry<Long, Extent> first = stored.floorEntry(start);
        long at = start;
        for (Map.Entry<Long, Extent> entry :
                stored.tailMap(first == null ? start : first.getKey(), true).entrySet()) {
            long from = Math.max(at, entry.getKey());
            long to = Math.min(end, entry.getValue().end());
            if (entry.getKey() >= end) {
                break;
            }
            if (from < to) {
                zero(target, base + (int) (from - start));
                file.readFully(entry.getValue().offset() + from - entry.getKey(), target.slice(target.position(), (int)
                        (to - from)));
                target.position(base + (int) (to - start));
                at = to;
            }
        }
        zero(target, base + length);
    }

    private static void zero(ByteBuffer target, int end) {
        while (target.position() < end) {
            target.put((byte) 0);
        }
    }
}
