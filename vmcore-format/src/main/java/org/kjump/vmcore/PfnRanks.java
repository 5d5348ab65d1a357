package org.kjump.vmcore;

/**
 * A set of frames that tells how many of them lie below one of its frames: the number of that page where pages are stored one
 * behind the other. Stretches of 2^20 frames
 * of which none or all are in the set take no memory. Safe for use by many
 * threads.
 */
public final class PfnRanks {
    private static final int STRETCH_SHIFT = 20;
    private static final int BLOCK_SHIFT = 9;
    private static final int[] NONE = {};

    private final PfnSet set;
    /** How many frames lie below each stretch; the last is how many there are. */
    private final long[] before;
    /** How many frames of its stretch lie below each block. */
    private final int[][] within;

    /** @param set must not change from now on */
    public PfnRanks(PfnSet set) {
        this.set = set;
        int stretches = (int) (set.limit() + (1L << STRETCH_SHIFT) - 1 >> STRETCH_SHIFT);
        this.before = new long[stretches + 1];
        this.within = new int[stretches][];
        for (int i = 0; i < stretches; i++) {
            long start = (long) i << STRETCH_SHIFT;
            long size = set.size(start, start + (1L << STRETCH_SHIFT));
            before[i + 1] = before[i] + size;
            within[i] = size == 0 || size == 1L << STRETCH_SHIFT ? NONE : within(start);
        }
    }

    private int[] within(long start) {
        int[] counts = new int[1 << STRETCH_SHIFT - BLOCK_SHIFT];
        for (int block = 1; block < counts.length; block++) {
            long from = start + (block - 1L << BLOCK_SHIFT);
            counts[block] = counts[block - 1] + (int) set.size(from, from + (1L << BLOCK_SHIFT));
        }
        return counts;
    }

    /** The set whose frames are numbered. */
    public PfnSet set() {
        return set;
    }

    /** How many frames there are. */
    public long size() {
        return before[before.length - 1];
    }

    /** @param pfn at most the set's limit */
    public long rank(long pfn) {
        if (pfn == set.limit()) {
            return size();
        }
        int stretch = (int) (pfn >> STRETCH_SHIFT);
        long start = (long) stretch << STRETCH_SHIFT;
        int[] counts = within[stretch];
        if (counts.length == 0) {
            return before[stretch] + (size(stretch) == 0 ? 0 : pfn - start);
        }
        int block = (int) (pfn - start >> BLOCK_SHIFT);
        return before[stretch] + counts[block] + set.size(start + ((long) block << BLOCK_SHIFT), pfn);
    }

    private long size(int stretch) {
        return before[stretch + 1] - before[stretch];
    }
}
