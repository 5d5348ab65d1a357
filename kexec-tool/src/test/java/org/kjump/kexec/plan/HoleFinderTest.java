package org.kjump.kexec.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.kexec.plan.HoleFinder.Direction;

class HoleFinderTest {
    private static final PaddrRange ALL = new PaddrRange(0, 1L << 32);
    private static final List<PaddrRange> SMALL_PC =
            List.of(new PaddrRange(0, 0x9fc00), new PaddrRange(0x100000, 0x7fe0000));

    /** Sizes and addresses as kexec-tools 2.0.32 printed them for this map and window. */
    @Test
    void theOrderOfKexecToolsGivesItsAddresses() {
        HoleFinder holes = new HoleFinder(SMALL_PC, new PaddrRange(0x100000, 0x1000000));
        assertThat(holes.take(0x4000, 1024, ALL, Direction.TOP_DOWN).start()).isEqualTo(0xffc000);
        assertThat(holes.take(0x8000, 1, new PaddrRange(0x3000, 0x80000000L), Direction.TOP_DOWN)
                        .start())
                .isEqualTo(0xff4000);
        assertThat(holes.take(0x4053, 1, ALL, Direction.TOP_DOWN).start()).isEqualTo(0xfef000);
        PaddrRange aboveOneMib = new PaddrRange(0x100000, 0x38000000);
        assertThat(holes.take(0x3fd000, 0x100000, aboveOneMib, Direction.BOTTOM_UP)
                        .start())
                .isEqualTo(0x100000);
        assertThat(holes.take(0x30, 1, aboveOneMib, Direction.BOTTOM_UP).start())
                .isEqualTo(0x4fd000);
    }

    @Test
    void noRoomIsSaidInTheCToolsWords() {
        HoleFinder holes = new HoleFinder(SMALL_PC, new PaddrRange(0x100000, 0x200000));
        assertThatThrownBy(() -> holes.take(0x26b000, 1, ALL, Direction.TOP_DOWN))
                .hasMessageStartingWith("Could not find a free area of memory of 0x26b000 bytes...\nlocate_hole failed")
                .hasMessageContaining("0x100000 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyHoleIsTheOneThatTryingAllPagesFinds(long seed) {
        Random random = new Random(seed);
        HoleFinder holes = new HoleFinder(
                List.of(new PaddrRange(0x800, 0x40000), new PaddrRange(0x60000, 0x100000)),
                new PaddrRange(0x5000, 0xf0000));
        BitSet free = new BitSet();
        free.set(5, 0x40);
        free.set(0x60, 0xf0);
        for (int i = 0; i < 40; i++) {
            int pages = 1 + random.nextInt(12);
            int step = 1 << random.nextInt(3);
            Direction direction = random.nextBoolean() ? Direction.BOTTOM_UP : Direction.TOP_DOWN;
            int expected = -1;
            for (int page = 0; page + pages <= 0x100; page += step) {
                if (free.nextClearBit(page) >= page + pages && (expected < 0 || direction == Direction.TOP_DOWN)) {
                    expected = page;
                }
            }
            if (expected < 0) {
                assertThatThrownBy(() -> holes.take(pages * 4096L, step * 4096L, ALL, direction))
                        .isInstanceOf(PlanException.class);
            } else {
                assertThat(holes.take(pages * 4096L, step * 4096L, ALL, direction)
                                .start())
                        .isEqualTo(expected * 4096L);
                free.clear(expected, expected + pages);
            }
        }
    }
}
