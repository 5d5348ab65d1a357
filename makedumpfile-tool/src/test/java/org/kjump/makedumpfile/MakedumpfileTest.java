package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        return run(work, args);
    }

    private int run(Path directory, String... args) {
        return Makedumpfile.run(
                args,
                Map.of(),
                directory,
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

    @ParameterizedTest
    @CsvSource({
        "-d 32 vmcore o, Dump_level(32) is invalid",
        "-d x vmcore o, Dump_level(x) is invalid",
        "-d -1 vmcore o, Dump_level(-1) is invalid",
        "--message-level 32 vmcore o, Message_level(32) is invalid",
        "vmcore, two operands are expected",
        "vmcore o p, two operands are expected",
        "-q vmcore o, -q",
        "vmcore o -d, -d",
        "-c -E vmcore o, exclude each other",
        "vmcore -, '-' is no name of a file",
        "-F vmcore o, one operand is expected",
        "-R -d 1 o, do not go with it",
        "-R, one operand is expected",
        "--jump-back-entry=zz vmcore o, is no address",
    })
    void wrongWordsAreOneLineAndExit1(String words, String message) throws IOException {
        assertThat(run(words.split(" "))).isEqualTo(1);
        assertThat(err()).hasLineCount(1).startsWith("makedumpfile: ").contains(message);
        assertThat(out()).isEqualTo("""
                        Commandline parameter is invalid.
                        Try `makedumpfile --help' for more information.

                        makedumpfile Failed.
                        """);
        assertThat(names()).containsExactly("vmcore");
    }

    @ParameterizedTest
    @CsvSource({
        "none o, Can't open the dump memory(none). No such file or directory",
        "vmcore nowhere/o, Can't write the dump file(nowhere/o). No such file or directory",
        ". o, .",
        "text o, text: no dump",
        "empty o, empty: no dump",
        "-f vmcore folder, folder",
        "-f vmcore vmcore, are the same file",
        "-E -f vmcore vmcore, are the same file",
        "--jump-back-entry=0x100000 vmcore o, no control page of a jump at entry 0x100000",
        "--jump-back-entry=0xfffffffff vmcore o, jump-back entry 0xfffffffff: the dump has no page there",
    })
    void whatCannotBeReadOrWrittenIsOneLineAndExit1(String words, String message) throws IOException {
        Files.writeString(work.resolve("text"), "KDUMP is what this is not");
        Files.createFile(work.resolve("empty"));
        Files.createDirectory(work.resolve("folder"));
        List<String> before = names();
        assertThat(run(words.split(" "))).isEqualTo(1);
        assertThat(err()).hasLineCount(1).startsWith("makedumpfile: ").contains(message);
        assertThat(out()).isEqualTo("\nmakedumpfile Failed.\n");
        assertThat(names()).isEqualTo(before);
        assertThat(Files.readAllBytes(work.resolve("vmcore"))).isEqualTo(core());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(work)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** What an earlier run left when it was killed is nobody's to overwrite. */
    @Test
    void aFileThatBearsTheNameAsideIsLeftAlone() throws IOException {
        Files.move(work.resolve("vmcore"), work.resolve("o.incomplete"));
        assertThat(run("o.incomplete", "o")).isZero();
        assertThat(Files.readAllBytes(work.resolve("o.incomplete"))).isEqualTo(core());
        assertThat(names()).containsExactly("o", "o.incomplete");
    }

    @Test
    void aSymbolicLinkStaysOne() throws IOException {
        Files.writeString(work.resolve("target"), "old");
        Files.createSymbolicLink(work.resolve("link"), work.resolve("target"));
        assertThat(run("-f", "vmcore", "link")).isZero();
        assertThat(Files.isSymbolicLink(work.resolve("link"))).isTrue();
        assertThat(Files.size(work.resolve("target"))).isGreaterThan(4 * 4096);
    }

    @Test
    void aDeviceIsWrittenToAndNotReplaced(@TempDir Path disk) throws IOException {
        Path device = Path.of("/dev/null");
        Assumptions.assumeTrue(Files.exists(device), "skipped: no /dev/null");
        Files.write(disk.resolve("vmcore"), core());
        assertThat(run(disk, "-f", "vmcore", device.toString())).isZero();
        assertThat(Files.isRegularFile(device)).isFalse();
    }

    @Test
    void onlyItsOwnerCanReadADump(@TempDir Path disk) throws IOException {
        Assumptions.assumeTrue(
                disk.getFileSystem().supportedFileAttributeViews().contains("posix"), "skipped: no POSIX");
        Files.write(disk.resolve("vmcore"), core());
        assertThat(run(disk, "vmcore", "out")).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.resolve("out"))))
                .isEqualTo("rw-------");
    }

    @Test
    void optionsMayFollowOperandsAndStandTogether() throws IOException {
        assertThat(run("vmcore", "-cd1", "a", "--message-lev=0")).isZero();
        assertThat(run("-c", "-d", "1", "vmcore", "b")).isZero();
        assertThat(work.resolve("a")).hasSameBinaryContentAs(work.resolve("b"));
        assertThat(out()).isEqualTo("\nThe dumpfile is saved to b.\n\nmakedumpfile Completed.\n");
    }

    @Test
    void helpAndVersionNeedNothingElse() {
        assertThat(run("-h")).isZero();
        assertThat(out()).startsWith("Usage: makedumpfile ").contains("--message-level", "-E ", "Exit status");
        out.reset();
        assertThat(run("-v")).isZero();
        assertThat(out()).startsWith("makedumpfile: version ");
    }

    @ParameterizedTest
    @CsvSource({"-c", "-l", "-p", "-z", "-E", "-d1"})
    void aFlattenedDumpRearrangedIsTheDump(String form) throws IOException {
        assertThat(run(form, "vmcore", "direct")).isZero();
        out.reset();
        assertThat(run("-F", form, "vmcore")).isZero();
        assertThat(err()).contains("The dumpfile is saved to STDOUT.");
        byte[] stream = out.toByteArray();
        assertThat(rearrange(stream, "rearranged")).isZero();
        assertThat(work.resolve("rearranged")).hasSameBinaryContentAs(work.resolve("direct"));
        Files.write(work.resolve("flat"), stream);
        assertThat(run("-d", "0", "flat", "again")).isZero();

        err.reset();
        assertThat(rearrange(Arrays.copyOf(stream, stream.length - 1), "cut")).isEqualTo(1);
        assertThat(err()).hasLineCount(1).contains("STDIN: ends too early");
        assertThat(Files.exists(work.resolve("cut"))).isFalse();
    }

    private int rearrange(byte[] stream, String file) {
        return Makedumpfile.run(
                new String[] {"-R", file},
                Map.of(),
                work,
                new ByteArrayInputStream(stream),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void anElfCoreHasNoZeroPagesAtLevel1() throws IOException {
        assertThat(run("-E", "-d", "1", "--message-level", "23", "vmcore", "elf"))
                .isZero();
        // A run of less than 256 pages is stored all the same.
        assertThat(Files.size(work.resolve("elf"))).isEqualTo(52 + 2 * 32 + 4 * 4096);
        assertThat(out())
                .contains("    Pages filled with zero  : 0x0000000000000002")
                .contains("     in ELF format : 0x0000000000000004");
    }

    @Test
    void anElfCoreCannotBeMadeOfAKdumpFile() {
        assertThat(run("vmcore", "kdump")).isZero();
        assertThat(run("-E", "kdump", "elf")).isEqualTo(1);
        assertThat(err()).hasLineCount(1).contains("'-E' option is disable, because kdump is kdump compressed format.");
    }

    @Test
    void aLevelIsNeverLessThanThatOfTheFileReadAgain() throws IOException {
        assertThat(run("-d", "1", "vmcore", "one")).isZero();
        assertThat(run("-d", "0", "one", "again")).isZero();
        assertThat(out()).contains("dump_level is changed to 1, because one was created by dump_level(1).");
        assertThat(work.resolve("again")).hasSameBinaryContentAs(work.resolve("one"));
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
            damaged(Arrays.copyOf(whole, length));
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
