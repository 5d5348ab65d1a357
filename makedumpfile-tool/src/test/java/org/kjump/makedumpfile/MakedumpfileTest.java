package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MakedumpfileTest {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path work = files.getPath("/work");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** An i386 core of four pages at 1 MiB, the second and third zero, without a word about the kernel. */
    private static byte[] core() {
        ByteBuffer core = ByteBuffer.allocate(84 + 4 * 4096).order(ByteOrder.LITTLE_ENDIAN);
        core.putInt(0x464c457f).put((byte) 1).put((byte) 1).put((byte) 1).position(16);
        core.putShort((short) 4)
                .putShort((short) 3)
                .putInt(1)
                .putInt(0)
                .putInt(52)
                .putInt(0)
                .putInt(0);
        core.putShort((short) 52).putShort((short) 32).putShort((short) 1);
        core.position(52);
        core.putInt(1)
                .putInt(84)
                .putInt(0xc0100000)
                .putInt(0x100000)
                .putInt(0x4000)
                .putInt(0x4000)
                .putInt(7);
        core.put(84, (byte) 1).put(84 + 3 * 4096, (byte) 4);
        return core.array();
    }

    @BeforeEach
    void makeCore() throws IOException {
        Files.createDirectories(work);
        Files.write(work.resolve("vmcore"), core());
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private int run(String... args) {
        return Makedumpfile.run(
                args,
                Map.of(),
                work,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void zeroPagesShareOneBlockAtLevel1() throws IOException {
        assertThat(run("-d", "0", "vmcore", "all")).isZero();
        assertThat(run("-d1", "vmcore", "less")).isZero();
        assertThat(out()).isEqualTo("""

                The dumpfile is saved to all.

                makedumpfile Completed.

                The dumpfile is saved to less.

                makedumpfile Completed.
                """);
        // Header, sub header, two bitmaps, four descriptors, then four pages, or two and the shared zero page.
        assertThat(Files.size(work.resolve("all"))).isEqualTo(4 * 4096 + 4 * 24 + 4 * 4096);
        assertThat(Files.size(work.resolve("less"))).isEqualTo(4 * 4096 + 4 * 24 + 3 * 4096);
    }

    @Test
    void aDumpWithoutVmcoreinfoHasNoClasses() {
        assertThat(run("-d", "16", "vmcore", "out")).isEqualTo(1);
        assertThat(err()).hasLineCount(1).contains("vmcore doesn't contain vmcoreinfo");
        assertThat(Files.exists(work.resolve("out"))).isFalse();
    }

    @Test
    void anExistingFileIsKeptUnlessForced() {
        assertThat(run("vmcore", "out")).isZero();
        assertThat(run("vmcore", "out")).isEqualTo(1);
        assertThat(err()).contains("Can't open the dump file (out). File exists");
        assertThat(run("-f", "vmcore", "out")).isZero();
    }

    @Test
    void aDryRunWritesNothing() {
        assertThat(run("--dry-run", "vmcore", "out")).isZero();
        assertThat(Files.exists(work.resolve("out"))).isFalse();
    }

    @Test
    void wrongWordsAreOneLineAndExit1() {
        for (String[] words : new String[][] {
            {"-d", "32", "vmcore", "o"}, {"-d", "x", "vmcore", "o"}, {"vmcore"}, {"-q", "vmcore", "o"}, {"none", "o"}
        }) {
            err.reset();
            assertThat(run(words)).isEqualTo(1);
            assertThat(err()).hasLineCount(1).startsWith("makedumpfile: ");
        }
        assertThat(out()).contains("Commandline parameter is invalid.").endsWith("\nmakedumpfile Failed.\n");
    }

    @Test
    void aDamagedDumpIsOneLine() throws IOException {
        byte[] whole = core();
        for (int at : new int[] {0, 4, 5, 16, 18, 28, 31, 42, 44, 45, 56, 59, 64, 67, 68, 71, 72, 75}) {
            for (int value : new int[] {0, 1, 0x7f, 0xff}) {
                byte[] damaged = whole.clone();
                damaged[at] = (byte) value;
                damaged(damaged);
            }
        }
        for (int length : new int[] {0, 1, 4, 15, 16, 51, 52, 83, 84, 5000}) {
            damaged(java.util.Arrays.copyOf(whole, length));
        }
    }

    /** Either it is read all the same, or there is one line and no file. */
    private void damaged(byte[] content) throws IOException {
        Files.write(work.resolve("damaged"), content);
        Files.deleteIfExists(work.resolve("out"));
        err.reset();
        if (run("-d", "1", "damaged", "out") != 0) {
            assertThat(err()).hasLineCount(1).contains("damaged");
            assertThat(Files.exists(work.resolve("out"))).isFalse();
        }
    }
}
