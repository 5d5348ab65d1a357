package org.kjump.vmcore.kdump;

import org.kjump.vmcore.PfnSet;

/** A set of frames that tells how many of them lie below one of its frames: the number of that page's descriptor. Immutable. */
final class PfnRanks {
    private static final int SHIFT = 9;

    private final PfnSet set;
    private final long[] before;

    /** @param set must not change from now on */
    PfnRanks(PfnSet set) {
        this.set = set;
        this.before = new long[(int) (set.limit() + (1 << SHIFT) - 1 >> SHIFT) + 1];
        for (int block = 1; block < before.length; block++) {
            long start = block - 1L << SHIFT;
            before[block] = before[block - 1] + set.size(start, start + (1 << SHIFT));
        }
    }

    PfnSet set() {
        return set;
    }

    long rank(long pfn) {
        int block = (int) (pfn >> SHIFT);
        return before[block] + set.size((long) block << SHIFT, pfn);
    }
}
