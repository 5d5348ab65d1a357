package org.kjump.kexec.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentMergerTest {
    /** 17 pages, 16 KiB apart but for one gap of a single page between 8 and 9. */
    private static List<PaddrRange> seventeen() {
        List<PaddrRange> ranges = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            long start = 0x100000 + i * 0x4000L - (i > 8 ? 0x2000 : 0);
            ranges.add(new PaddrRange(start, start + 0x1000));
        }
        return ranges;
    }

    @Test
    void theSmallestGapIsFilled() {
        List<PaddrRange> merged =
                SegmentMerger.merge(seventeen(), List.of(new PaddrRange(0x100000, 0x1000000)), "dump");
        assertThat(merged).hasSize(16).contains(new PaddrRange(0x120000, 0x123000));
    }

    @Test
    void gapsThatAreNotRamCannotBeFilled() {
        assertThatThrownBy(() -> SegmentMerger.merge(seventeen(), seventeen(), "dump"))
                .hasMessageContaining("at most 16 segments are taken, 17 needed")
                .hasMessageContaining("makedumpfile -E");
    }
}
