package org.kjump.vmcore.flattened;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;

class FlattenedTest {
    private static byte[] all(ByteSource source) {
        ByteBuffer bytes = ByteBuffer.allocate((int) source.size());
        source.readFully(0, bytes);
        return bytes.array();
    }

    private static ByteSource rearranged(byte[] stream) {
        return new FlattenedFile(ByteSource.of("flat", ByteBuffer.wrap(stream)));
    }

    private static byte[] rearrangedOnceOver(byte[] stream, int size) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(size);
        new FlattenedStream("flat", Channels.newChannel(new ByteArrayInputStream(stream))).rearrange(new ByteSink() {
            @Override
            public void write(long position, ByteBuffer piece) {
                file.position((int) position).put(piece);
            }

            @Override
            public void close() {}
        });
        return file.array();
    }

    /** Both forms of one dump are among the samples, written by the C makedumpfile 1.7.2. */
    @ParameterizedTest
    @CsvSource({"d31.zlib.flat, d31.zlib"})
    void aStreamOfTheCToolIsTheFileThatItWrites(String flat, String file) throws IOException {
        byte[] expected = Files.readAllBytes(Samples.file("i386-mini", "out/" + file));
        try (ByteSource source = rearranged(Files.readAllBytes(Samples.file("i386-mini", "out/" + flat)))) {
            assertThat(all(source)).isEqualTo(expected);
        }
    }

    @Test
    void anElfStreamOfTheCToolIsTheFileThatItWrites() throws IOException {
        Path expected = Samples.dump("i386-mini/out", "d31.elf");
        try (ByteSource source = rearranged(Files.readAllBytes(Samples.dump("i386-mini/out", "d31.elf.flat")))) {
            assertThat(all(source)).isEqualTo(Files.readAllBytes(expected));
        }
    }

    /** Against an array that is written in the same order. */
    @Test
    void ofTwoRecordsForOnePlaceTheLaterCounts() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] expected = new byte[0];
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(stream))) {
                for (int i = random.nextInt(12); i >= 0; i--) {
                    int offset = random.nextInt(60);
                    byte[] piece = new byte[1 + random.nextInt(30)];
                    random.nextBytes(piece);
                    sink.write(offset, ByteBuffer.wrap(piece));
                    expected = Arrays.copyOf(expected, Math.max(expected.length, offset + piece.length));
                    System.arraycopy(piece, 0, expected, offset, piece.length);
                }
                sink.end();
            }
            ByteSource source = rearranged(stream.toByteArray());
            assertThat(rearrangedOnceOver(stream.toByteArray(), expected.length))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(all(source)).as("seed %d", seed).isEqualTo(expected);
            int from = random.nextInt(expected.length);
            ByteBuffer part = ByteBuffer.allocate(random.nextInt(100));
            int count = source.read(from, part);
            assertThat(count).isEqualTo(Math.min(part.capacity(), expected.length - from));
            assertThat(Arrays.copyOf(part.array(), count)).isEqualTo(Arrays.copyOfRange(expected, from, from + count));
        }
    }

    @Test
    void aStreamThatIsCutIsToldAtOnce() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(stream))) {
            sink.write(5, ByteBuffer.wrap(new byte[100]));
            sink.end();
        }
        byte[] whole = stream.toByteArray();
        assertThat(whole).hasSize(4096 + 16 + 100 + 16);
        for (int length : new int[] {0, 12, 13, 4095, 4096, 4111, 4112, 4211, 4212, 4227}) {
            assertThatThrownBy(() -> rearranged(Arrays.copyOf(whole, length)))
                    .isInstanceOf(VmcoreException.class)
                    .hasMessageContaining("flat");
            assertThatThrownBy(() -> rearrangedOnceOver(Arrays.copyOf(whole, length), 105))
                    .isInstanceOf(VmcoreException.class)
                    .hasMessageContaining("flat");
        }
    }
}
