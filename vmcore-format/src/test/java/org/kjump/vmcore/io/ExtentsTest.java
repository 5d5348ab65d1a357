package org.kjump.vmcore.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentsTest {
    private static final int SIZE = 64;

    /** Against an array of where each address stands: the first stretch counts. */
    @Test
    void anyStretchesAreAsAnArrayOfOffsets() {
        byte[] bytes = new byte[1000];
        new Random(0).nextBytes(bytes);
        ByteSource source = ByteSource.of("bytes", ByteBuffer.wrap(bytes));
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            int[] offsets = new int[SIZE];
            List<Extents.Stretch> stretches = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                int start = random.nextInt(SIZE);
                int end = Math.min(SIZE, start - 1 + random.nextInt(20));
                int offset = 1 + random.nextInt(500);
                stretches.add(new Extents.Stretch(start, end, offset));
                for (int at = start; at < end; at++) {
                    offsets[at] = offsets[at] == 0 ? offset + at - start : offsets[at];
                }
            }
            Extents extents = Extents.of(stretches);
            ByteBuffer all = ByteBuffer.allocate(SIZE + 2).position(1).limit(SIZE + 1);
            extents.read(source, 0, all, SIZE);
            int end = 0;
            for (int at = 0; at < SIZE; at++) {
                byte expected = offsets[at] == 0 ? 0 : bytes[offsets[at]];
                assertThat(all.get(1 + at)).as("seed %d, address %d", seed, at).isEqualTo(expected);
                int next = at;
                while (next < SIZE && offsets[next] == 0) {
                    next++;
                }
                assertThat(extents.next(at))
                        .as("seed %d, next from %d", seed, at)
                        .isEqualTo(next == SIZE ? -1 : next);
                assertThat(extents.touches(at, at + 3)).isEqualTo(next < at + 3 && next < SIZE);
                assertThat(extents.isOnePiece(at, at + 1)).isEqualTo(next == at);
                end = offsets[at] == 0 ? end : at + 1;
            }
            assertThat(extents.end()).isEqualTo(end);
        }
    }

    /** A hypervisor's paging dump: each page of memory a segment, many of them twice. */
    @Test
    void manyStretchesTakeNoTime() {
        List<Extents.Stretch> stretches = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 300_000; i++) {
            long start = random.nextInt(200_000) * 4096L;
            stretches.add(new Extents.Stretch(start, start + 4096L * (1 + random.nextInt(100)), i * 4096L));
        }
        long begun = System.nanoTime();
        Extents extents = Extents.of(stretches);
        for (long at = 0; at < 1_000_000; at++) {
            extents.touches(at * 997, at * 997 + 4096);
        }
        assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
    }
}
