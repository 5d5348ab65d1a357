package org.kjump.vmcore.arch;

/** What an entry of an architecture's page tables says. */
interface EntryFormat {
    enum Kind {
        /** Maps nothing. */
        ABSENT,
        /** Leads to a table of the level below. */
        TABLE,
        /** Maps a page, large or small. */
        PAGE
    }

    /** At the lowest level the answer may not be {@link Kind#TABLE}; if it is, the walk ends there. */
    Kind kind(long entry, Level level);

    /** The physical address of the table below. */
    long table(long entry, Level level);

    /** The physical address of the page; bits within the page do not count. */
    long page(long entry, Level level);

    /** log2 of the size of the page that the entry maps. */
    default int pageShift(long entry, Level level) {
        return level.shift();
    }

    /**
     * Whether the table that {@code entry} leads to has an entry {@code index}: some architectures have short tables.
     *
     * @param entry the one of the level above
     */
    default boolean reaches(long entry, long index) {
        return true;
    }
}
