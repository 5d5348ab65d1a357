package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.makedumpfile.Makedumpfile;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.open.Dump;

/**
 * Dumps of Debian's own kernels, made under QEMU: what we keep of them at each level, page by page against C tools of several ages.
 * scripts/oracle/kernels/check makes the dumps and runs this.
 */
@Tag("kernels")
class KernelsOracleTest {
    private static final int LEVELS = 32;
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
        for (int level = 0; level < LEVELS; level++) {
            Path ours = ours(kernel.vmcore(), "-d", Integer.toString(level));
            for (Verdict verdict : verdicts) {
                verdict.add(ours, work);
            }
            elf.add(ours(kernel.vmcore(), "-E", "-d", Integer.toString(level)), work);
        }
        StringBuilder table = new StringBuilder("| " + kernel.name() + " | kjump |");
        IntStream.of(SHOWN).forEach(level -> table.append(" ").append(last.ours(level)).append(" |"));
        table.append(" |\n");
        verdicts.forEach(verdict -> table.append(verdict.row(SHOWN)));
        Files.writeString(kernel.folder().resolve("table.md"), table);
        SoftAssertions.assertSoftly(softly -> {
            last.assertSame(softly);
            elf.assertSame(softly);
        });
    }

    /** The same memory in QEMU's other forms gives the same pages. */
    @ParameterizedTest
    @MethodSource("kernels")
    void theFormOfTheDumpChangesNothing(DebianKernel kernel) throws IOException {
        for (Path other : List.of(kernel.kdump(), kernel.paging())) {
            if (Files.exists(other)) {
                for (String level : List.of("0", "8", "31")) {
                    Path ofCore = Files.move(ours(kernel.vmcore(), "-d", level), work.resolve("of-core-" + level));
                    assertThat(PageDifference.between(ofCore, ours(other, "-d", level)))
                            .as("%s -d %s", other.getFileName(), level)
                            .matches(PageDifference::none, "the same pages");
                    Files.delete(ofCore);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void readersAgree(DebianKernel kernel) throws Exception {
        try (MemoryImage image = Dump.open(kernel.vmcore())) {
            String release = VmcoreInfo.of(kernel.name(), image.notes())
                    .flatMap(info -> info.text("OSRELEASE"))
                    .orElseThrow();
            for (String form : List.of("-c", "-E")) {
                Path ours = ours(kernel.vmcore(), form, "-d", "31");
                try (MemoryImage written = Dump.open(ours)) {
                    ReaderOracleTest.assertReadTheSame(written, ours, work);
                }
                if (!kernel.name().startsWith("arm64")) {
                    assertThat(Oracle.crash(image.target())
                                    .run(work, "--osrelease", ours.toString())
                                    .trim())
                            .as("crash --osrelease of %s form", form)
                            .isEqualTo(release);
                }
            }
        }
    }
}
