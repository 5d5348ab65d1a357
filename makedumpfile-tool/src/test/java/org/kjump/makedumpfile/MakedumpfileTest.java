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
import org.junit.jupiter.params.provider.ValueSource;

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
        "-d 1x vmcore o, Dump_level(1x) is invalid",
        "-d -1 vmcore o, Dump_level(-1) is invalid",
        "'-d 1,32 vmcore o', Dump_level(32) is invalid",
        "'-d 1, vmcore o', Dump_level() is invalid",
        "'-d 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 vmcore o', Dump_level is invalid",
        "--message-level 32 vmcore o, Message_level(32) is invalid",
        "-b 21 vmcore o, Block_order(21) is invalid",
        "-b x vmcore o, Block_order(x) is invalid",
        "-L 0 vmcore o, Limit size(0) is invalid",
        "-L 5Q vmcore o, Limit size(5Q) is invalid",
        "-L 16E vmcore o, Limit size(16E) is invalid",
        "-L -1 vmcore o, Limit size(-1) is invalid",
        "--num-threads x vmcore o, 'x' is no number",
        "--num-threads -1 vmcore o, '-1' is no number",
        "--cyclic-buffer 1K vmcore o, '1K' is no number",
        "--splitblock-size x vmcore o, 'x' is no number",
        "--max-segments 0 -E vmcore o, '0' is no number",
        "--max-segments 3 vmcore o, --max-segments needs -E",
        "vmcore, operands expected: VMCORE and DUMPFILE; 1 found",
        "vmcore o p, operands expected: VMCORE and DUMPFILE; 3 found",
        "--diskset a --diskset b o p, operands expected: VMCORE and DUMPFILE; 2 found",
        "-q vmcore o, -q",
        "vmcore o -d, -d",
        "-c -E vmcore o, exclude each other",
        "vmcore -, '-' is no name of a file",
        "-R -d 1 o, -d cannot be used with -R",
        "-R, operands expected: DUMPFILE; 0 found",
        "-x a -i b vmcore o, -x and -i exclude each other",
        "-g o, -g needs -x",
        "-g o -x a b, operands expected: none; 1 found",
        "-g o -x a --dry-run, --dry-run cannot be used with -g.",
        "--config c vmcore o, --config needs -x",
        "--eppic c -x v vmcore o, give it with --config",
        "--extension c vmcore o, native code",
        "-X vmcore o, Xen memory core images are not supported",
        "--xen-syms s vmcore o, Xen memory core images are not supported",
        "--xen-vmcoreinfo s vmcore o, Xen memory core images are not supported",
        "--xen_phys_start 0 vmcore o, Xen memory core images are not supported",
        "--split vmcore o, at least two DUMPFILEs; 2 found",
        "--split -E vmcore o p, -E cannot be used with --split.",
        "--split vmcore o p o, a name for each part expected",
        "--reassemble o, the parts and DUMPFILE; 1 found",
        "--reassemble --split a b o, --split cannot be used with --reassemble.",
        "--reassemble --dry-run a b o, --dry-run cannot be used with --reassemble.",
        "--dump-dmesg vmcore, VMCORE and LOGFILE; 1 found",
        "--dump-dmesg --dry-run vmcore o, --dry-run cannot be used with --dump-dmesg.",
        "--partial-dmesg vmcore o, --partial-dmesg needs --dump-dmesg",
        "--mem-usage vmcore o, operands expected: VMCORE; 2 found",
        "--vtop c01g vmcore o, is no address",
        "--vtop 09 vmcore o, is no address",
        "--explain pfn:x vmcore, is no address",
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

    /** Standard output has the dump then: who pipes it elsewhere wants no words in it. */
    @ParameterizedTest
    @ValueSource(strings = {"-F vmcore o", "-F --split vmcore o p", "-F --dry-run vmcore", "-F --json vmcore"})
    void nothingButTheDumpIsOnStandardOutputWithF(String words) {
        assertThat(run(words.split(" "))).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).contains("Commandline parameter is invalid.", "makedumpfile Failed.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-cd1,31 none o",
                "-E --max-segments 5 -L 0x10M none o",
                "-z --num-threads 4 -b 20 none o",
                "--cyclic-buffer 1024 --non-mmap --work-dir /tmp -e none o",
                "--split --splitblock-size 4 none o p",
                "--reassemble b a o",
                "-R o",
                "-F none",
                "-g i -x v",
                "--dump-dmesg --partial-dmesg none log",
                "--mem-usage /proc/kcore -f",
                "--diskset a --diskset b o",
                "--vtop 0xffffffff81000000 none",
                "--explain pfn:0x10 none",
                "-x v --config c none o",
            })
    void parametersAreCheckedAndNothingElse(String words) throws IOException {
        assertThat(run((words + " --check-params").split(" "))).as(err()).isZero();
        assertThat(out()).isEmpty();
        assertThat(names()).containsExactly("vmcore");
    }

    /** Options that our design needs none of, or that say how to work and not what to write. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--num-threads 1 -b 0",
                "--num-threads 64 -b 20",
                "--num-threads 0",
                "--cyclic-buffer 1 --non-mmap",
                "--work-dir nowhere",
                "--splitblock-size 4"
            })
    void theOutputIsTheSameHoweverTheWorkIsDone(String words) throws IOException {
        assertThat(run("-c", "-d", "1", "vmcore", "plain")).isZero();
        assertThat(run(("-c -d 1 vmcore other " + words).split(" "))).isZero();
        assertThat(work.resolve("other")).hasSameBinaryContentAs(work.resolve("plain"));
    }

    @Test
    void helpAndVersionNeedNothingElse() {
        assertThat(run("-h")).isZero();
        assertThat(out())
                .startsWith("Usage: makedumpfile ")
                .contains("--message-level", "-E ", "Exit status", "-d  DL[,DL...]", "  -c  ")
                .doesNotContain("@|", "null");
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

    /** A stream cannot be taken back: a second one behind it would be unreadable, with exit status 0. */
    @Test
    void noOtherLevelIsTriedOnStandardOutput() {
        assertThat(run("-F", "-L", "20480", "-d", "0,1", "vmcore")).isEqualTo(1);
        assertThat(out().split("makedumpfile", -1)).hasSize(2);
        assertThat(err()).contains("What was written to standard output is incomplete");
    }

    /** More threads than a machine can have are as many as there is work for. */
    @Test
    void anyNumberOfThreadsWorks() throws IOException {
        assertThat(run("-c", "-d", "1", "vmcore", "one")).isZero();
        assertThat(run("-c", "-d", "1", "--num-threads", "2147483647", "vmcore", "many"))
                .isZero();
        assertThat(Files.readAllBytes(work.resolve("many"))).isEqualTo(Files.readAllBytes(work.resolve("one")));
    }
}
