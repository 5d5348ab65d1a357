package org.kjump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.open.Dump;

/**
 * How the pages of two dumps differ, whatever their files look like.
 *
 * @param kept how many the first has
 * @param first the lowest frame that differs, -1 if none does
 */
record PageDifference(long kept, long onlyHere, long onlyThere, long otherBytes, long first) {
    static PageDifference between(Path ours, Path theirs) throws IOException {
        try (MemoryImage here = Dump.open(ours)) {
            if (Files.mismatch(ours, theirs) < 0) {
                return new PageDifference(DumpedPages.of(here).stored().size(), 0, 0, 0, -1);
            }
            try (MemoryImage there = Dump.open(theirs)) {
                return between(here, there);
            }
        }
    }

    private static PageDifference between(MemoryImage here, MemoryImage there) {
        int size = here.target().pageSize();
        byte[] ours = new byte[size];
        byte[] theirs = new byte[size];
        long kept = 0;
        long onlyHere = 0;
        long onlyThere = 0;
        long otherBytes = 0;
        long first = -1;
        for (long pfn = 0; pfn < Math.max(here.pfnLimit(), there.pfnLimit()); pfn++) {
            boolean isHere = readable(here.read(pfn, ByteBuffer.wrap(ours)));
            boolean isThere = readable(there.read(pfn, ByteBuffer.wrap(theirs)));
            kept += isHere ? 1 : 0;
            boolean same = isHere == isThere;
            if (isHere && !isThere) {
                onlyHere++;
            } else if (isThere && !isHere) {
                onlyThere++;
            } else if (isHere && !Arrays.equals(ours, theirs)) {
                otherBytes++;
                same = false;
            }
            first = first < 0 && !same ? pfn : first;
        }
        return new PageDifference(kept, onlyHere, onlyThere, otherBytes, first);
    }

    private static boolean readable(PageState state) {
        return state == PageState.PRESENT || state == PageState.ZERO;
    }

    boolean none() {
        return first < 0;
    }

    /** How many pages the second has. */
    long keptThere() {
        return kept - onlyHere + onlyThere;
    }

    @Override
    public String toString() {
        return none()
                ? "the same %d pages".formatted(kept)
                : "%d pages, %d of them not there, %d only there, %d with other bytes, the first 0x%x"
                        .formatted(kept, onlyHere, onlyThere, otherBytes, first);
    }
}
