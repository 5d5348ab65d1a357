package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.VmcoreException;

/**
 * The classes of frames that are asked for in ascending order, in the memory that one range takes. Frames are classified when they are
 * asked for. Not thread-safe; a classifier may serve several of these in several threads.
 */
public final class ClassesInOrder {
    /** The largest pages that one struct page speaks for, 1 GiB of 4 KiB pages, begin within so many frames. */
    private static final long GROUP = 1 << 18;

    private final PageClassifier classifier;
    private final List<String> warnings;
    private PageClasses range;

    private ClassesInOrder(PageClassifier classifier, long start) {
        this.classifier = classifier;
        this.warnings = new ArrayList<>(classifier.warnings());
        this.range = new PageClasses(start, start);
    }

    /** For all frames. */
    public static ClassesInOrder of(PageClassifier classifier) {
        return new ClassesInOrder(classifier, 0);
    }

    /** For frames from {@code pfn} on. */
    public static ClassesInOrder from(PageClassifier classifier, long pfn) {
        return new ClassesInOrder(classifier, Math.max(0, pfn / PageClassifier.RANGE * PageClassifier.RANGE - GROUP));
    }

    /**
     * What the page is used for: {@link PageClass#KERNEL} for frames that the dump does not know.
     *
     * @throws IllegalArgumentException if an earlier question was for a frame of a later range
     * @throws VmcoreException if a struct page cannot be read
     */
    public PageClass of(long pfn) {
        return around(pfn).of(pfn);
    }

    /**
     * The class by which a level (0 to 31) drops the page, or {@link PageClass#KERNEL} if it keeps it. Throws what {@link #of(long)} does.
     */
    public PageClass droppedAs(long pfn, int level) {
        return around(pfn).droppedAs(pfn, level);
    }

    private PageClasses around(long pfn) {
        if (pfn < range.start()) {
            throw new IllegalArgumentException("frame 0x%x after 0x%x".formatted(pfn, range.start()));
        }
        while (pfn >= range.end()) {
            long next = classifier.nextRange(range.end());
            if (next < 0 || next > pfn) {
                break;
            }
            PageClasses fresh = classifier.range(next, next + PageClassifier.RANGE);
            range = classifier.repaired(fresh, range);
            warnings.addAll(range.warnings());
        }
        return range;
    }

    /** What is wrong with the kernel's memory as far as it was asked, a line each. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
