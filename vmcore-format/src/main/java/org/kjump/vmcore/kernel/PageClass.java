package org.kjump.vmcore.kernel;

/** What a page is used for, as far as a dump filter asks. */
public enum PageClass {
    /** The kernel's own, or not known: always kept. */
    KERNEL(0, 0),
    /** Page cache without private data: dropped at levels with 2 or 4. */
    CACHE(1, 2 | 4),
    /** Page cache with private data, such as buffer heads: dropped at levels with 4. */
    CACHE_PRIVATE(2, 4),
    /** Anonymous or huge pages of processes: dropped at levels with 8. */
    USER(3, 8),
    /** Free: dropped at levels with 16. */
    FREE(4, 16),
    /** Marked bad after a memory error: dropped at every level. */
    HWPOISON(5, -1),
    /** Taken offline, such as a balloon's pages: dropped at every level. */
    OFFLINE(6, -1);

    /** What stands for the class in {@link PageClasses}: below 16. */
    final int code;

    private final int levels;

    PageClass(int code, int levels) {
        this.code = code;
        this.levels = levels;
    }

    /** Whether {@code makedumpfile -d level} leaves such a page out. */
    public boolean droppedAt(int level) {
        return levels == -1 || (levels & level) != 0;
    }
}
