package org.kjump.vmcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PfnSetTest {
    /** Behind two of the pieces that the set is kept in, and not at the end of a word. */
    private static final int LIMIT = (2 << 20) + 77;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itIsABitSet(long seed) {
        Random random = new Random(seed);
        PfnSet set = new PfnSet(LIMIT);
        BitSet model = new BitSet(LIMIT);
        for (int step = 0; step < 300; step++) {
            int start = random.nextInt(LIMIT);
            int end = Math.min(LIMIT, start + (1 << random.nextInt(23)));
            switch (random.nextInt(5)) {
                case 0 -> {
                    set.add(start, end);
                    model.set(start, end);
                }
                case 1 -> {
                    set.remove(start, end);
                    model.clear(start, end);
                }
                case 2 -> {
                    set.add(start);
                    model.set(start);
                }
                case 3 -> {
                    set.remove(start);
                    model.clear(start);
                }
                default ->
                    assertThat(set.size(start, end))
                            .isEqualTo(model.get(start, end).cardinality());
            }
            assertThat(set.has(start)).isEqualTo(model.get(start));
            assertThat(set.next(end)).isEqualTo(model.nextSetBit(end));
        }
        assertThat(set.size()).isEqualTo(model.cardinality());
        byte[] expected = Arrays.copyOf(model.toByteArray(), LIMIT / 8 + 9);
        assertThat(set.bytes(0, expected.length)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 1000, 1 << 17})
    void aBitmapIsReadInPieces(int piece) {
        Random random = new Random(piece);
        byte[] bitmap = new byte[(LIMIT + 7) / 8];
        random.nextBytes(bitmap);
        Arrays.fill(bitmap, 100, 150_000, (byte) 0);
        PfnSet set = new PfnSet(LIMIT);
        for (int at = 0; at < bitmap.length; at += piece) {
            set.addBytes(at, Arrays.copyOfRange(bitmap, at, Math.min(bitmap.length, at + piece)));
        }
        BitSet model = BitSet.valueOf(bitmap);
        model.clear(LIMIT, Math.max(LIMIT, model.length()));
        assertThat(set.size()).isEqualTo(model.cardinality());
        assertThat(BitSet.valueOf(set.bytes(0, bitmap.length))).isEqualTo(model);
    }

    @Test
    void theFirstFrameIsTheLowestBitOfTheFirstByte() {
        PfnSet set = new PfnSet(20);
        set.add(0);
        set.add(9);
        assertThat(set.bytes(0, 3)).containsExactly(1, 2, 0);
    }

    @Test
    void framesOutsideTheLimitArePassedOver() {
        PfnSet set = new PfnSet(100);
        set.add(-1);
        set.add(100);
        set.add(90, 200);
        set.add(-5, 3);
        assertThat(set.size()).isEqualTo(13);
        assertThat(set.has(100)).isFalse();
        assertThat(set.has(-1)).isFalse();
        assertThat(set.next(100)).isEqualTo(-1);
    }

    /** A dump of a few bytes may speak of as many. */
    @Test
    void aSetOfAllFramesOfAHugeMachineIsSmallAndFast() {
        PfnSet set = new PfnSet(1L << 40);
        set.add(1, (1L << 40) - 1);
        PfnSet copy = set.copy();
        copy.remove(1L << 30);
        copy.remove(1L << 31, 1L << 39);
        assertThat(set.size()).isEqualTo((1L << 40) - 2);
        assertThat(copy.size()).isEqualTo((1L << 40) - 2 - 1 - (1L << 39) + (1L << 31));
        assertThat(copy.next(1L << 31)).isEqualTo(1L << 39);
        assertThat(set.has(1L << 30)).isTrue();
    }

    @Test
    void aCopyIsOfItsOwn() {
        PfnSet set = new PfnSet(100);
        set.add(5);
        PfnSet copy = set.copy();
        copy.add(6);
        set.remove(5);
        assertThat(copy.size()).isEqualTo(2);
        assertThat(set.size()).isZero();
    }

    /** 2^40 frames of 4 KiB each are what 52 bits of address can have. */
    @Test
    void aLimitThatNoMachineHasIsRefused() {
        assertThatThrownBy(() -> new PfnSet((1L << 40) + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PfnSet(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
