package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.Samples;

/** The report on real kernels' dumps at every level, against what the C makedumpfile printed. */
class GoldenReportTest {
    /** Lines that tell how the C tool went about it: it writes some bytes twice, and has a cache. */
    private static final List<String> ITS_OWN = List.of("Write bytes", "Cache hit");

    private static String report(Path core, int level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Makedumpfile.run(
                new String[] {
                    "--dry-run", "--message-level", "16", "-d", Integer.toString(level), core.toString(), "out"
                },
                Map.of(),
                Path.of("").toAbsolutePath(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(status).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> comparable(String report) {
        // Who made the arm64 sample replaced the dump's name, "ta", by VMCORE everywhere.
        return Arrays.stream(report.replace("ToVMCOREl", "Total")
                        .replace("daVMCORE", "data")
                        .split("\n"))
                .filter(line -> !line.isBlank() && ITS_OWN.stream().noneMatch(line::startsWith))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "i386-mini, vmcore",
        "i386-nopae, vmcore",
        "i386-2.6.27-made, vmcore",
        "i386-jump, dump.elf",
        "amd64-6.12, vmcore",
        "arm64-6.1, vmcore"
    })
    void allLevelsAreReportedAsTheCToolDoes(String sample, String file) throws IOException {
        Path core = Samples.dump(sample, file);
        String[] golden = Samples.text(sample, "stats.txt").split("### level [0-9]+\n");
        assertThat(golden).hasSize(33);
        for (int level = 0; level < 32; level++) {
            assertThat(comparable(report(core, level))).as("level %d", level).isEqualTo(comparable(golden[level + 1]));
        }
    }

    /** The C tool counts the kernel's text twice here, as two segments have it: "Original pages" and what follows from it. */
    @ParameterizedTest
    @CsvSource({"amd64-small, 3612"})
    void pagesThatTwoSegmentsShareCountOnce(String sample, long shared) throws IOException {
        Path core = Samples.dump(sample, "vmcore");
        String[] golden = Samples.text(sample, "stats.txt").split("### level [0-9]+\n");
        for (int level = 0; level < 32; level++) {
            String expected = golden[level + 1];
            String ours = report(core, level);
            for (String line : List.of("Original pages", "  Remaining pages")) {
                assertThat(number(ours, line))
                        .as("%s at level %d", line, level)
                        .isEqualTo(number(expected, line) - shared);
            }
            assertThat(number(ours, "Memory Hole")).isEqualTo(number(expected, "Memory Hole") + shared);
            assertThat(excluded(ours)).as("level %d", level).hasSize(8).isEqualTo(excluded(expected));
        }
    }

    private static List<String> excluded(String report) {
        List<String> lines = comparable(report);
        return lines.subList(
                1,
                lines.indexOf(lines.stream()
                        .filter(line -> line.startsWith("  Remaining"))
                        .findFirst()
                        .orElseThrow()));
    }

    private static long number(String report, String start) {
        return report.lines()
                .filter(line -> line.startsWith(start))
                .mapToLong(line -> Long.decode(line.substring(line.indexOf("0x"))))
                .findFirst()
                .orElseThrow();
    }
}
