package org.kjump.vmcore.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kjump.vmcore.VmcoreException;

/** A file of the disk has a channel that reads at positions; one of jimfs need not. */
class ChannelSourceTest {
    private static final byte[] BYTES = bytes();

    @TempDir
    Path disk;

    private static byte[] bytes() {
        byte[] bytes = new byte[10_000];
        new Random(3).nextBytes(bytes);
        return bytes;
    }

    /** Runs {@code check} on a file of either kind. */
    private void onEach(Check check) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            for (Path file : List.of(disk.resolve("file"), files.getPath("/file"))) {
                Files.write(file, BYTES);
                try (ByteSource source = ByteSource.open(file)) {
                    check.of(source);
                }
            }
        }
    }

    private interface Check {
        void of(ByteSource source);
    }

    private static byte[] read(ByteSource source, long position, int length) {
        byte[] read = new byte[length];
        source.readFully(position, ByteBuffer.wrap(read));
        return read;
    }

    private static byte[] expected(int position, int length) {
        byte[] part = new byte[length];
        System.arraycopy(BYTES, position, part, 0, length);
        return part;
    }

    @Test
    void bytesAreReadAtAnyPosition() throws IOException {
        onEach(source -> {
            assertThat(source.size()).isEqualTo(10_000);
            assertThat(read(source, 9_000, 1_000)).isEqualTo(expected(9_000, 1_000));
            assertThat(read(source, 17, 5_000)).isEqualTo(expected(17, 5_000));
        });
    }

    @Test
    void fewerAreReadOnlyAtTheEnd() throws IOException {
        onEach(source -> {
            assertThat(source.read(9_990, ByteBuffer.allocate(100))).isEqualTo(10);
            assertThat(source.read(10_000, ByteBuffer.allocate(100))).isZero();
            assertThat(source.read(Long.MAX_VALUE, ByteBuffer.allocate(100))).isZero();
            assertThat(source.read(-1, ByteBuffer.allocate(100))).isZero();
        });
    }

    @Test
    void aFileThatEndsTooEarlySaysWhere() throws IOException {
        onEach(source -> assertThatThrownBy(() -> read(source, 9_990, 100))
                .isInstanceOf(VmcoreException.class)
                .hasMessage(source.name() + ": ends too early: 100 bytes expected at offset 9990, 10 found"));
    }

    /** No reader moves a position that another sees. */
    @Test
    void manyThreadsReadAtOnce() throws IOException {
        onEach(source -> assertThat(IntStream.range(0, 2_000)
                        .parallel()
                        .allMatch(i -> Arrays.equals(read(source, i * 4L, 1_000), expected(i * 4, 1_000))))
                .isTrue());
    }

    @Test
    void aBufferIsReadFromItsPosition() {
        ByteBuffer buffer = ByteBuffer.wrap(BYTES).position(100).limit(200);
        try (ByteSource source = ByteSource.of("buffer", buffer)) {
            assertThat(source.size()).isEqualTo(100);
            assertThat(read(source, 0, 100)).isEqualTo(expected(100, 100));
            assertThat(source.read(150, ByteBuffer.allocate(1))).isZero();
            assertThat(source.read(-1, ByteBuffer.allocate(1))).isZero();
        }
    }
}
