package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.Logs;
import org.kjump.vmcore.build.Logs.Records;
import org.kjump.vmcore.build.TinyKernels;

/** What the command answers without filtering: logs, addresses, tables, explanations. */
class QuestionsTest {
    private final Command command = new Command();

    private static KernelMemoryBuilder kernel() {
        return TinyKernels.described().get(0).kernel().get();
    }

    @BeforeEach
    void dump() throws IOException {
        KernelMemoryBuilder kernel = kernel();
        Logs.characters(kernel, "<6>one\n<4>two\n..", 14, 7);
        command.file("vmcore", kernel.dump().bytes());
    }

    @AfterEach
    void close() throws IOException {
        command.close();
    }

    @Test
    void theLogIsWrittenAsText() throws IOException {
        assertThat(command.run("--dump-dmesg", "vmcore", "log")).isZero();
        assertThat(command.out()).isEqualTo("\nThe dmesg log is saved to log.\n\nmakedumpfile Completed.\n");
        assertThat(command.path("log")).hasContent("<6>one\n<4>two\n");
        assertThat(command.run("--dump-dmesg", "--partial-dmesg", "-f", "vmcore", "log"))
                .isZero();
        assertThat(command.path("log")).hasContent("<4>two\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--dump-dmesg vmcore vmcore, Can't open the dump file (vmcore). File exists",
        "--dump-dmesg -f vmcore vmcore, are the same file",
        "--dump-dmesg none log, Can't open the dump memory(none). No such file or directory",
        "--dump-dmesg vmcore no/log, Can't write the log file(no/log). No such file or directory",
        "--dump-dmesg -L 13 vmcore log, Can't write the log file(log). Size limit(13) reached.",
        "--dump-dmesg -i none vmcore log, Can't open the vmcoreinfo file(none). No such file or directory",
        "--explain pfn:0x4a vmcore, page frame 0x4a: the dump knows of frames below 0x4a",
    })
    void whatCannotBeAnsweredIsOneLineAndExit1(String words, String message) throws IOException {
        byte[] before = Files.readAllBytes(command.path("vmcore"));
        assertThat(command.run(words.split(" "))).isEqualTo(1);
        assertThat(command.err()).hasLineCount(1).startsWith("makedumpfile: ").contains(message);
        assertThat(command.out()).isEqualTo("\nmakedumpfile Failed.\n");
        assertThat(Files.readAllBytes(command.path("vmcore"))).isEqualTo(before);
        try (Stream<Path> all = Files.list(command.path("."))) {
            assertThat(all).hasSize(1);
        }
    }

    @Test
    void aDamagedLogIsWrittenUpToTheDamage() throws IOException {
        KernelMemoryBuilder kernel = kernel();
        Records log = new Records(kernel, "log", 16, 128);
        log.indexes(0, 64, 0);
        log.record(log.record(0, 0, 0, "whole"), 0, 0, "cut");
        kernel.ram().setUnsigned(0x15020, 2, 4000);
        command.file("damaged", kernel.dump().bytes());
        assertThat(command.run("--dump-dmesg", "damaged", "log")).isEqualTo(1);
        assertThat(command.err()).hasLineCount(1).contains("most likely corrupted. log has what is before.");
        assertThat(command.path("log")).hasContent("[    0.000000] whole\n");
    }

    /** 2.6.27 tells nothing of its log: a file has to. */
    @Test
    void namesMayComeFromAFile() throws IOException {
        KernelMemoryBuilder kernel = kernel();
        Logs.characters(kernel, "<6>one\n<4>two\n..", 14, 7);
        List<String> told = kernel.info()
                .toString()
                .lines()
                .filter(line -> line.contains("log"))
                .toList();
        told.forEach(line -> kernel.info().without(line.substring(0, line.indexOf('='))));
        String release = kernel.info()
                .toString()
                .lines()
                .filter(line -> line.startsWith("OSRELEASE"))
                .findFirst()
                .orElseThrow();
        command.file("silent", kernel.dump().bytes());
        command.text("info", release + "\nPAGESIZE=4096\n" + String.join("\n", told));
        command.text("other", "OSRELEASE=2.6.27\nPAGESIZE=4096\n" + String.join("\n", told));
        assertThat(command.run("--dump-dmesg", "silent", "log")).isEqualTo(1);
        assertThat(command.run("--dump-dmesg", "-i", "info", "silent", "log")).isZero();
        assertThat(command.path("log")).hasContent("<6>one\n<4>two\n");

        assertThat(command.run("--dump-dmesg", "-f", "-i", "other", "silent", "log"))
                .isEqualTo(2);
        assertThat(command.err()).hasLineCount(1).startsWith("makedumpfile: other and silent don't match");
    }

    @Test
    void anAddressIsTranslated() {
        assertThat(command.run("--vtop", "0xffff888000012345", "vmcore")).isZero();
        assertThat(command.out())
                .startsWith("\nTranslating virtual address ffff888000012345 to physical address.\n")
                .endsWith("VIRTUAL           PHYSICAL\nffff888000012345  12345\n\n");
        assertThat(command.run("--vtop", "0xc0000000", "vmcore", "out")).isZero();
        assertThat(command.out())
                .contains("        c0000000  ffffffffffffffff\n")
                .endsWith("The dumpfile is saved to out.\n\nmakedumpfile Completed.\n");
    }

    @ParameterizedTest
    @CsvSource({"amd64-small", "i386-nopae"})
    void realAddressesAreTranslatedAsTheCToolDoes(String sample, @TempDir Path directory) throws IOException {
        Path core = Samples.dump(sample, "vmcore").toAbsolutePath();
        int asked = 0;
        for (String run : Samples.text(sample, "vtop.txt").split("###")) {
            String[] lines = run.split("\n");
            int title = Arrays.asList(lines).indexOf("VIRTUAL           PHYSICAL");
            // Of i386 the C tool goes by the rule for the direct map, also where the page tables have no entry, as for
            // a process's
            // address and for the memory of the crash kernel; it cannot translate vmalloc addresses without PAE.
            if (title < 0 || run.contains("does not support") || run.contains("b7e71000") || run.contains("c3000000")) {
                continue;
            }
            String address = lines[title + 1].strip().split(" ")[0];
            assertThat(command.runThere(directory, "--vtop", "0x" + address, core.toString()))
                    .isZero();
            assertThat(command.out()).contains("\n" + lines[title + 1] + "\n");
            // The way through the page tables, where the C tool tells it: not for i386's direct map.
            Arrays.stream(lines)
                    .filter(line -> line.startsWith("  "))
                    .filter(line -> line.contains("=>"))
                    .forEach(step -> assertThat(command.out()).contains(step + "\n"));
            asked++;
        }
        assertThat(asked).isGreaterThanOrEqualTo(5);
    }

    /** Expected numbers: the kernel's description. 0x4a pages; 8 free at 0x20, 8 of hugetlb at 0x30, cache at 0x28. */
    @Test
    void memoryUsageIsATable() {
        assertThat(command.run("--mem-usage", "vmcore")).isZero();
        assertThat(command.out())
                .contains("TYPE\t\tPAGES\t\t\tEXCLUDABLE\tDESCRIPTION\n" + "-".repeat(70) + "\n")
                .contains("NON_PRI_CACHE\t1               \tyes\t\tCache pages without private flag\n")
                .contains("PRI_CACHE\t0  ")
                .contains("USER\t\t8  ")
                .contains("FREE\t\t8  ")
                .contains("page size:\t\t4096\nTotal pages on system:\t74\nTotal size on system:\t303104\tByte\n");
        assertThat(command.run("--mem-usage", "--json", "vmcore")).isZero();
        assertThat(command.out()).contains("\"original\": 74,", "\"user\": 8,", "\"free\": 8,");
    }

    @ParameterizedTest
    @CsvSource({
        "pfn:0x21, a free page, left out: a free page is left out at levels with 16, the free block of 2^3 pages at page frame 0x20",
        "0x28000, cache without private data, left out: cache without private data is left out at levels with 2 or 4, lru",
        "paddr:0x31fff, user data, left out: user data is left out at levels with 8, the compound page at page frame 0x30",
        "pfn:16, kernel, kept: no level leaves out what is the kernel's own, present",
    })
    void aPageIsExplained(String place, String use, String verdict, String other) {
        assertThat(command.run("-d", "30", "--explain", place, "vmcore")).isZero();
        assertThat(command.out())
                .contains(
                        "  class           : " + use + "\n",
                        "  level 30        : " + verdict,
                        other,
                        "    _mapcount     : ");
    }

    @Test
    void eachLevelAskedForIsExplained() {
        assertThat(command.run("-d", "1,16", "--explain", "pfn:0x20", "--message-level", "0", "vmcore"))
                .isZero();
        assertThat(command.out())
                .contains(
                        "  level 1         : no bytes are stored of it",
                        "  level 16        : left out",
                        "which say",
                        "type BUDDY");
    }
}
