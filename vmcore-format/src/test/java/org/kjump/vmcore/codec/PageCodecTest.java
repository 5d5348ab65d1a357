package org.kjump.vmcore.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.vmcore.VmcoreException;

/** What every codec promises, the library's own and the fallbacks alike. */
class PageCodecTest {
    private static final int PAGE = 4096;

    /** Each call makes a codec. */
    interface Maker {
        PageCodec make();
    }

    record Kind(String name, Maker maker) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> packing() {
        return Stream.of(
                new Kind("zlib", Compression.ZLIB::codec),
                new Kind("LZO", Compression.LZO::codec),
                new Kind("snappy", Compression.SNAPPY::codec),
                new Kind("zstd", Compression.ZSTD::codec),
                new Kind("zstd in Java", () -> new BlockCodec("zstd", JavaLibrary.zstd())));
    }

    private static byte[] text() {
        byte[] page = new byte[PAGE];
        for (int i = 0; i < PAGE; i++) {
            page[i] = (byte) "LAB-PAGE kind=anon index=%08d ".formatted(i / 64).charAt(i % 30);
        }
        return page;
    }

    private static byte[] random(int seed) {
        byte[] page = new byte[PAGE];
        new Random(seed).nextBytes(page);
        return page;
    }

    private static byte[] sparse(int seed) {
        Random random = new Random(seed);
        byte[] page = new byte[PAGE];
        for (int i = 0; i < 200; i++) {
            page[random.nextInt(PAGE)] = (byte) random.nextInt();
        }
        return page;
    }

    @ParameterizedTest
    @MethodSource("packing")
    void aPageComesBackWhateverCameBefore(Kind kind) {
        try (PageCodec codec = kind.maker().make()) {
            for (int seed = 0; seed < 200; seed++) {
                for (byte[] page : List.of(text(), sparse(seed), new byte[PAGE])) {
                    byte[] packed = new byte[PAGE];
                    int size = codec.pack(page.clone(), 0, PAGE, packed, 0);
                    assertThat(size).isLessThan(PAGE);
                    byte[] again = random(seed);
                    codec.unpack(packed, size, again);
                    assertThat(again).isEqualTo(page);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("packing")
    void whatDoesNotShrinkSaysSo(Kind kind) {
        try (PageCodec codec = kind.maker().make()) {
            for (int seed = 0; seed < 20; seed++) {
                assertThat(codec.pack(random(seed), 0, PAGE, new byte[PAGE], 0)).isEqualTo(PAGE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("packing")
    void damageIsOneKindOfError(Kind kind) {
        Random random = new Random(7);
        try (PageCodec codec = kind.maker().make()) {
            byte[] packed = new byte[PAGE];
            int size = codec.pack(sparse(1), 0, PAGE, packed, 0);
            for (int i = 0; i < 2000; i++) {
                byte[] damaged = packed.clone();
                int length = random.nextInt(3) == 0 ? random.nextInt(size) : size;
                damaged[random.nextInt(size)] ^= (byte) (1 << random.nextInt(8));
                try {
                    codec.unpack(damaged, length, new byte[PAGE]);
                } catch (VmcoreException e) {
                    assertThat(e).hasMessageContaining("%d bytes".formatted(length));
                }
            }
            assertThatCode(() -> codec.unpack(packed, size, new byte[PAGE])).doesNotThrowAnyException();
        }
    }
}
