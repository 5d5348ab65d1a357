package org.kjump.vmcore.kernel;

import java.util.Arrays;
import org.kjump.vmcore.PfnSet;

/** The class of every page frame. */
public final class PageClasses {
    private final byte[] classes;

    PageClasses(int frames) {
        classes = new byte[frames];
    }

    private static final PageClass[] ALL = PageClass.values();

    public PageClass of(int pfn) {
        return ALL[classes[pfn]];
    }

    /** Marks {@code count} frames, as far as there are so many. */
    void mark(long pfn, long count, PageClass pageClass) {
        if (pfn >= 0 && pfn < classes.length) {
            int end = (int) Math.min(classes.length, pfn + count);
            Arrays.fill(classes, (int) pfn, end, (byte) Arrays.asList(ALL).indexOf(pageClass));
        }
    }

    /** Takes the frames out of {@code pages} that are dropped at a level. */
    public void drop(PfnSet pages, int level) {
        for (long pfn = pages.next(0); pfn >= 0; pfn = pages.next(pfn + 1)) {
            if (of((int) pfn).droppedAt(level)) {
                pages.remove(pfn);
            }
        }
    }

    /** How many of {@code pages} are of a class. */
    public long count(PfnSet pages, PageClass pageClass) {
        long count = 0;
        for (long pfn = pages.next(0); pfn >= 0; pfn = pages.next(pfn + 1)) {
            count += of((int) pfn) == pageClass ? 1 : 0;
        }
        return count;
    }
}
