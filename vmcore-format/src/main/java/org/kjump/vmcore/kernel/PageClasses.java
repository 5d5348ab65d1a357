package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.PfnSet;

/**
 * The classes of the page frames of a range. A frame may be of two: one by its use and, on top of it, one of those that every level
 * drops, such as page cache that is poisoned. Safe for use by many threads once it is made.
 */
public final class PageClasses {
    private static final PageClass[] BY_CODE = byCode();
    /** The use is in the low half of a byte, the mark on top in the high half. */
    private static final int MARK_SHIFT = 4;

    private static final int USE = (1 << MARK_SHIFT) - 1;

    private final long start;
    private final byte[] values;
    private final List<String> warnings = new ArrayList<>();
    private Overhang overhang;

    /**
     * The part of a range's last group, such as a compound page, that lies behind the range.
     *
     * @param end behind the group's last frame; at most the range's own end if no group goes on
     * @param spokenFor behind the last frame that an earlier one speaks for
     * @param value what the group's frames are
     */
    record Overhang(long end, long spokenFor, byte value) {
        static final Overhang NONE = new Overhang(0, 0, (byte) 0);
    }

    /** The frames from {@code start} up to but without {@code end}, all of them the kernel's for now. */
    PageClasses(long start, long end) {
        this.start = start;
        this.values = new byte[Math.toIntExact(end - start)];
        this.overhang = Overhang.NONE;
    }

    private static PageClass[] byCode() {
        PageClass[] classes = new PageClass[PageClass.values().length];
        for (PageClass each : PageClass.values()) {
            classes[each.code] = each;
        }
        return classes;
    }

    /** The first frame of the range. */
    public long start() {
        return start;
    }

    /** Behind the last frame of the range. */
    public long end() {
        return start + values.length;
    }

    /** What the page is used for; {@link PageClass#KERNEL} for frames that the dump does not know, and outside the range. */
    public PageClass of(long pfn) {
        return BY_CODE[value(pfn) & USE];
    }

    /** The class by which a level drops the page, or {@link PageClass#KERNEL} if it keeps it. */
    public PageClass droppedAs(long pfn, int level) {
        return droppedAs(value(pfn), level);
    }

    private static PageClass droppedAs(int value, int level) {
        PageClass use = BY_CODE[value & USE];
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
        return pfn < start || pfn >= end() ? 0 : values[(int) (pfn - start)];
    }

    /** Marks {@code count} frames, as far as there are so many. */
    void mark(long pfn, long count, PageClass use) {
        put(pfn, count, use.code, ~USE);
    }

    /** Marks frames that every level drops, whatever their use. */
    void markUnreadable(long pfn, long count, PageClass why) {
        put(pfn, count, why.code << MARK_SHIFT, USE);
    }

    private void put(long first, long count, int bits, int keep) {
        long last = count < end() - first ? first + count : end();
        for (int i = (int) (Math.max(start, first) - start); i < last - start; i++) {
            values[i] = (byte) (values[i] & keep | bits);
        }
        if (count > end() - first) {
            byte value = (byte) (overhang.value & keep | bits);
            overhang = new Overhang(count < Long.MAX_VALUE - first ? first + count : Long.MAX_VALUE, 0, value);
        }
    }

    /** Says that an earlier frame speaks for those below {@code pfn}. */
    void speak(long pfn) {
        overhang = new Overhang(overhang.end, pfn, overhang.value);
    }

    /** What the next range must know of this one. */
    Overhang overhang() {
        return overhang;
    }

    /** Begins as the range before this one ends. */
    void take(Overhang before) {
        put(start, Math.max(0, Math.min(before.end, end()) - start), before.value, 0);
        if (before.end > end()) {
            overhang = new Overhang(before.end, overhang.spokenFor, before.value);
        }
    }

    /** The frames that a level drops: bit {@code n} of word {@code k} is frame {@code start + 64k + n}. */
    public long[] dropped(int level) {
        long[] bits = new long[values.length + 63 >> 6];
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && droppedAs(values[i], level) != PageClass.KERNEL) {
                bits[i >> 6] |= 1L << i;
            }
        }
        return bits;
    }

    /** How many of those frames that are in {@code pages} a level drops, by the class that makes them drop. */
    public PageCounts dropped(PfnSet pages, int level) {
        PageCounts counts = new PageCounts();
        for (long pfn = pages.next(start); pfn >= 0 && pfn < end(); pfn = pages.next(pfn + 1)) {
            counts.add(droppedAs(values[(int) (pfn - start)], level), 1);
        }
        return counts;
    }
}
