package org.kjump.vmcore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PfnRanksTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 1024, 100_000, 1 << 20, (1 << 20) + 1})
    void aRankIsTheNumberOfFramesBelow(int limit) {
        Random random = new Random(limit);
        PfnSet set = new PfnSet(limit);
        for (int i = 0; i < limit; i++) {
            if (random.nextInt(3) == 0) {
                set.add(i);
            }
        }
        PfnRanks ranks = new PfnRanks(set);
        long expected = 0;
        for (long pfn = set.next(0); pfn >= 0; pfn = set.next(pfn + 1)) {
            assertThat(ranks.rank(pfn)).isEqualTo(expected++);
        }
        assertThat(ranks.rank(limit)).isEqualTo(expected);
    }
}
