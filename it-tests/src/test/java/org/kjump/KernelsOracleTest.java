package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.makedumpfile.Makedumpfile;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.open.Dump;

/**
 * Dumps of Debian's own kernels, made under QEMU: what we keep of them at each level, page by page against C tools of several ages.
 * scripts/oracle/kernels/check makes the dumps and runs this.
 */
@Tag("kernels")
class KernelsOracleTest {
    private static final int LEVELS = 32;
    /** Pages of tables that QEMU's firmware leaves at the end of memory, which kernels do not map. */
    private static final int RESERVED = 32;
    /** Those that the table shows. */
    private static final int[] SHOWN = {0, 2, 8, 16, 31};

    @TempDir
    Path work;

    static Stream<DebianKernel> kernels() throws IOException {
        return DebianKernel.all();
    }

    private Path ours(Path core, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of("-f", core.toString(), "ours"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(Makedumpfile.run(words.toArray(String[]::new), Map.of(), work, print, print))
                .as(out.toString(StandardCharsets.UTF_8))
                .isZero();
        return work.resolve("ours");
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void keepsThePagesThatTheNewestCToolKeeps(DebianKernel kernel) throws IOException, InterruptedException {
        List<Verdict> verdicts = new ArrayList<>();
        for (DebianKernel.Judge judge : kernel.judges()) {
            verdicts.add(new Verdict(judge));
        }
        Verdict last = verdicts.get(verdicts.size() - 1);
        Verdict elf = new Verdict(kernel.judges().get(verdicts.size() - 1), "-E");
        long[] kept = new long[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            Path ours = ours(kernel.vmcore(), "-d", Integer.toString(level));
            try (MemoryImage image = Dump.open(ours)) {
                kept[level] = DumpedPages.of(image).stored().size();
            }
            for (Verdict verdict : verdicts) {
                verdict.add(ours, work);
            }
            elf.add(ours(kernel.vmcore(), "-E", "-d", Integer.toString(level)), work);
        }
        StringBuilder table = new StringBuilder("| " + kernel.name() + " | kjump |");
        IntStream.of(SHOWN)
                .forEach(level -> table.append(" ").append(kept[level]).append(" |"));
        table.append(" |\n");
        verdicts.forEach(verdict -> table.append(verdict.row(SHOWN)));
        Files.writeString(kernel.folder().resolve("table.md"), table);
        Assumptions.assumeTrue(last.refusal().isEmpty(), "skipped: no C tool reads this dump: " + last.refusal());
        SoftAssertions.assertSoftly(softly -> {
            last.assertSame(softly);
            elf.assertSame(softly);
        });
    }

    /** The same memory in QEMU's kdump-compressed form gives the same pages. */
    @ParameterizedTest
    @MethodSource("kernels")
    void theFormOfTheDumpChangesNothing(DebianKernel kernel) throws IOException {
        for (String level : List.of("0", "8", "31")) {
            assertThat(fromCoreAndFrom(kernel.kdump(), kernel, level))
                    .as("-d %s", level)
                    .matches(PageDifference::none, "the same pages");
        }
    }

    /** A core of what page tables map has several segments for a page, and none for what firmware keeps for itself. */
    @ParameterizedTest
    @MethodSource("kernels")
    void pagesByWhatIsMappedAreTheSame(DebianKernel kernel) throws IOException {
        Assumptions.assumeTrue(Files.exists(kernel.paging()), "skipped: not dumped with paging");
        for (String level : List.of("0", "8", "31")) {
            assertThat(fromCoreAndFrom(kernel.paging(), kernel, level))
                    .as("-d %s", level)
                    .matches(pages -> pages.onlyThere() == 0 && pages.otherBytes() == 0, "no other pages")
                    .matches(pages -> pages.onlyHere() <= RESERVED, "hardly fewer pages");
        }
    }

    private PageDifference fromCoreAndFrom(Path other, DebianKernel kernel, String level) throws IOException {
        Path fromCore = Files.move(
                ours(kernel.vmcore(), "-d", level), work.resolve("core"), StandardCopyOption.REPLACE_EXISTING);
        return PageDifference.between(fromCore, ours(other, "-d", level));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void libkdumpfileReadsTheSamePages(DebianKernel kernel) throws Exception {
        Path ours = ours(kernel.vmcore(), "-c", "-d", "31");
        try (MemoryImage image = Dump.open(ours)) {
            assertThat(ReaderOracleTest.theirPages(ours, image.pfnLimit(), work))
                    .isEqualTo(ReaderOracleTest.ourPages(image))
                    .doesNotStartWith("0 ");
        }
    }

    /**
     * It takes the page before each segment of an ELF core for one of the segment's (libkdumpfile 0.5.1), so here it compares our
     * core with the C tool's.
     */
    @ParameterizedTest
    @MethodSource("kernels")
    void libkdumpfileReadsTheSamePagesOfACore(DebianKernel kernel) throws Exception {
        Path ours = ours(kernel.vmcore(), "-E", "-d", "31");
        List<DebianKernel.Judge> judges = kernel.judges();
        DebianKernel.Judge last = judges.get(judges.size() - 1);
        Oracle.Outcome theirs = last.makedumpfile()
                .attempt(work, "-E", "-f", "-d", "31", last.core().toString(), "theirs");
        Assumptions.assumeTrue(theirs.status() == 0, "skipped: no C tool reads this dump: " + theirs.output());
        try (MemoryImage image = Dump.open(ours)) {
            assertThat(ReaderOracleTest.theirPages(ours, image.pfnLimit(), work))
                    .isEqualTo(ReaderOracleTest.theirPages(work.resolve("theirs"), image.pfnLimit(), work))
                    .doesNotStartWith("0 ");
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void crashFindsTheRelease(DebianKernel kernel) throws IOException, InterruptedException {
        try (MemoryImage image = Dump.open(kernel.vmcore())) {
            String release = VmcoreInfo.of(kernel.name(), image.notes())
                    .flatMap(info -> info.text("OSRELEASE"))
                    .orElseThrow();
            assertThat(Files.readString(kernel.serialLog())).contains("Linux version " + release);
            Assumptions.assumeTrue(
                    image.target().elfMachine() != Target.EM_AARCH64, "skipped: no crash for arm64 is installed");
            for (String form : List.of("-c", "-E")) {
                Path ours = ours(kernel.vmcore(), form, "-d", "31");
                assertThat(Oracle.crash(image.target())
                                .run(work, "--osrelease", ours.toString())
                                .trim())
                        .as(form)
                        .isEqualTo(release);
            }
        }
    }
}
