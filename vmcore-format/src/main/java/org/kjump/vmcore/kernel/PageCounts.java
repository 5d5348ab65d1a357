package org.kjump.vmcore.kernel;

import java.util.EnumMap;
import java.util.Map;

/** How many pages of each class there are. Not thread-safe. */
public final class PageCounts {
    private final long[] counts = new long[PageClass.values().length];

    void add(PageClass use, long pages) {
        counts[use.code] += pages;
    }

    /** Adds what another has counted. */
    public void add(PageCounts others) {
        for (PageClass each : PageClass.values()) {
            add(each, others.counts[each.code]);
        }
    }

    /** The classes that a level can drop, with their numbers of pages. */
    public Map<PageClass, Long> dropped() {
        Map<PageClass, Long> result = new EnumMap<>(PageClass.class);
        for (PageClass each : PageClass.values()) {
            result.put(each, counts[each.code]);
        }
        result.remove(PageClass.KERNEL);
        return result;
    }
}
