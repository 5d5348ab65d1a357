package org.kjump.vmcore.kdump;

import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.PfnRange;
import org.kjump.vmcore.PfnSet;

/**
 * Deals the frames of a dump out to the files of a set, as {@code makedumpfile --split} does: block by block, so that each file has
 * about as many pages. Immutable.
 */
public final class SplitPlan {
    private SplitPlan() {}

    /**
     * The frames of each file; those of a file may be none.
     *
     * @param kept frames to store
     * @param files how many files, at least 1
     * @param blockFrames frames in a block, at least 1: all of a block go to one file
     */
    public static List<PfnRange> of(PfnSet kept, int files, long blockFrames) {
        long share = kept.size() / files;
        List<PfnRange> parts = new ArrayList<>();
        long start = 0;
        for (int i = 0; i < files - 1; i++) {
            long end = start;
            for (long pages = 0; pages < share && end < kept.limit(); ) {
                long behind = blockFrames < kept.limit() - end ? end + blockFrames : kept.limit();
                pages += kept.size(end, behind);
                end = behind;
            }
            parts.add(new PfnRange(start, end));
            start = end;
        }
        parts.add(new PfnRange(start, kept.limit()));
        return List.copyOf(parts);
    }
}
