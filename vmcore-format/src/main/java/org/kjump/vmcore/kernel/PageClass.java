package org.kjump.vmcore.kernel;

/** What a page is used for, as far as a dump filter asks. */
public enum PageClass {
    /** The kernel's own, or not known: always kept. */
    KERNEL(0),
    /** Page cache without private data: dropped at levels with 2 or 4. */
    CACHE(2 | 4),
    /** Page cache with private data, such as buffer heads: dropped at levels with 4. */
    CACHE_PRIVATE(4),
    /** Anonymous or huge pages of processes: dropped at levels with 8. */
    USER(8),
    /** Free: dropped at levels with 16. */
    FREE(16),
    /** Marked bad by hardware, or taken offline: dropped at every level. */
    UNREADABLE(-1);

    private final int levels;

    PageClass(int levels) {
        this.levels = levels;
    }

    /** Whether {@code makedumpfile -d level} leaves such a page out. */
    public boolean droppedAt(int level) {
        return this == UNREADABLE || (levels & level) != 0;
    }
}
