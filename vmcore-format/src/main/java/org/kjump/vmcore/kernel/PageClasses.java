package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.kjump.vmcore.PfnSet;

/**
 * The class of every page frame. A frame may be of two: one by its use and, on top of it, one of those that every level drops, such as
 * page cache that is poisoned. Safe for use by many threads once it is made.
 */
public final class PageClasses {
    private static final PageClass[] BY_CODE = byCode();
    /** Frames are kept in pieces of so many: as one value as long as all frames of a piece have the same. */
    private static final int PIECE_SHIFT = 20;

    private static final int PIECE = 1 << PIECE_SHIFT;
    /** The use is in the low half of a byte, the mark on top in the high half. */
    private static final int MARK_SHIFT = 4;

    private final long limit;
    private final byte[] same;
    private final byte[][] pieces;
    private final List<String> warnings = new ArrayList<>();

    PageClasses(long limit) {
        this.limit = limit;
        this.same = new byte[Math.toIntExact(limit + PIECE - 1 >> PIECE_SHIFT)];
        this.pieces = new byte[Math.toIntExact(limit + PIECE - 1 >> PIECE_SHIFT)][];
        Arrays.fill(pieces, EMPTY);
    }

    private static final byte[] EMPTY = {};

    private static PageClass[] byCode() {
        PageClass[] classes = new PageClass[PageClass.values().length];
        for (PageClass each : PageClass.values()) {
            classes[each.code] = each;
        }
        return classes;
    }

    /** One more than the highest frame that is classed. */
    public long limit() {
        return limit;
    }

    /** What the page is used for; {@link PageClass#KERNEL} for frames that the dump does not know. */
    public PageClass of(long pfn) {
        return BY_CODE[value(pfn) & (1 << MARK_SHIFT) - 1];
    }

    /** The class by which a level drops the page, or {@link PageClass#KERNEL} if it keeps it. */
    public PageClass droppedAs(long pfn, int level) {
        int value = value(pfn);
        PageClass use = BY_CODE[value & (1 << MARK_SHIFT) - 1];
        return use.droppedAt(level) ? use : BY_CODE[value >> MARK_SHIFT];
    }

    /** What was wrong with the kernel's memory, a line each; the pages in doubt count as the kernel's own. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    void warn(String line) {
        warnings.add(line);
    }

    private int value(long pfn) {
        if (pfn < 0 || pfn >= limit) {
            return 0;
        }
        int index = (int) (pfn >> PIECE_SHIFT);
        return pieces[index].length == 0 ? same[index] : pieces[index][(int) pfn & PIECE - 1];
    }

    /** Marks {@code count} frames, as far as there are so many. */
    void mark(long pfn, long count, PageClass use) {
        put(pfn, count, use.code, ~((1 << MARK_SHIFT) - 1));
    }

    /** Marks frames that every level drops, whatever their use. */
    void markUnreadable(long pfn, long count, PageClass why) {
        put(pfn, count, why.code << MARK_SHIFT, (1 << MARK_SHIFT) - 1);
    }

    private void put(long first, long count, int bits, int keep) {
        long end = count < limit - first ? first + count : limit;
        for (long pfn = Math.max(0, first); pfn < end; ) {
            int index = (int) (pfn >> PIECE_SHIFT);
            int at = (int) pfn & PIECE - 1;
            if (at == 0 && pieces[index].length == 0 && (end - pfn >= PIECE || end == limit)) {
                same[index] = (byte) (same[index] & keep | bits);
                pfn += PIECE;
            } else {
                byte[] piece = piece(index);
                piece[at] = (byte) (piece[at] & keep | bits);
                pfn++;
            }
        }
    }

    private byte[] piece(int index) {
        if (pieces[index].length == 0) {
            pieces[index] = new byte[PIECE];
            Arrays.fill(pieces[index], same[index]);
        }
        return pieces[index];
    }

    /** The end of the frames from {@code pfn} on that are known to have the same value. */
    private long sameUntil(long pfn) {
        if (pfn >= limit) {
            return Long.MAX_VALUE;
        }
        return pieces[(int) (pfn >> PIECE_SHIFT)].length == 0 ? Math.min(limit, (pfn | PIECE - 1) + 1) : pfn + 1;
    }

    /** Takes the frames out of {@code pages} that a level drops. */
    public void drop(PfnSet pages, int level) {
        for (long pfn = pages.next(0); pfn >= 0; ) {
            long end = sameUntil(pfn);
            if (droppedAs(pfn, level) != PageClass.KERNEL) {
                pages.remove(pfn, end);
            }
            pfn = end >= pages.limit() ? -1 : pages.next(end);
        }
    }

    /** How many of {@code pages} a level drops, by the class that makes them drop. */
    public Map<PageClass, Long> dropped(PfnSet pages, int level) {
        long[] counts = new long[BY_CODE.length];
        for (long pfn = pages.next(0); pfn >= 0; ) {
            long end = sameUntil(pfn);
            counts[droppedAs(pfn, level).code] += end == pfn + 1 ? 1 : pages.size(pfn, end);
            pfn = end >= pages.limit() ? -1 : pages.next(end);
        }
        Map<PageClass, Long> result = new EnumMap<>(PageClass.class);
        for (PageClass each : BY_CODE) {
            result.put(each, counts[each.code]);
        }
        result.remove(PageClass.KERNEL);
        return result;
    }
}
