package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Generation;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.TinyKernels;

/** Reports as data, and what a dump would be. */
class ForecastTest {
    private final Command command = new Command();

    @AfterEach
    void close() throws IOException {
        command.close();
    }

    private static List<Long> numbers(String json, String name) {
        Matcher matcher = Pattern.compile("\"%s\": ([0-9]+)".formatted(name)).matcher(json);
        return matcher.results().map(found -> Long.valueOf(found.group(1))).toList();
    }

    private static long number(String json, String name) {
        return numbers(json, name).get(0);
    }

    @Test
    void aRunReportsWhatItDid() throws IOException {
        command.file("vmcore", TinyKernels.x8664().bytes());
        assertThat(command.run("--json", "-d", "31", "-c", "vmcore", "out")).isZero();
        assertThat(command.out()).startsWith("""
                {
                  "vmcore": [
                    "vmcore"
                  ],
                  "dumpfile": [
                    "out"
                  ],
                  "format": "kdump",
                  "compression": "zlib",
                  "pages": {
                    "level": 31,
                    "total": 74,
                    "hole": 0,
                    "original": 74,
                """);
        assertThat(command.out()).contains("\"cache\": 1,", "\"user\": 8,", "\"free\": 8,");
        assertThat(command.err()).contains("The dumpfile is saved to out.");
        assertThat(number(command.out(), "bytes")).isEqualTo(Files.size(command.path("out")));
        assertThat(number(command.out(), "original") - number(command.out(), "excluded"))
                .isEqualTo(number(command.out(), "remaining"));
    }

    @Test
    void anElfCoreTellsWhatItStores() throws IOException {
        command.file("vmcore", TinyKernels.x8664().bytes());
        assertThat(command.run("--json", "-E", "-d", "31", "vmcore", "out")).isZero();
        assertThat(command.out())
                .contains("\"format\": \"elf\"", "\"storedInElf\": ")
                .doesNotContain("compression");
    }

    @Test
    void aDumpOfAnUnknownKernelHasTwoLevels() throws IOException {
        command.file(
                "vmcore", TinyKernels.described().get(0).without("OSRELEASE").bytes());
        assertThat(command.run("--json", "--dry-run", "vmcore", "out")).isZero();
        assertThat(numbers(command.out(), "level")).hasSizeGreaterThan(2);
        command.file(
                "vmcore",
                DumpBuilder.core(Target.I386)
                        .note("CORE", 1, new byte[144])
                        .load(0, new byte[8192])
                        .bytes());
        assertThat(command.run("--json", "--dry-run", "vmcore", "out")).isZero();
        assertThat(numbers(command.out(), "level")).containsExactly(0L, 0L, 1L);
        assertThat(numbers(command.out(), "zero")).containsExactly(0L, 0L, 2L);
        assertThat(command.run("--json", "--dry-run", "-d2", "vmcore", "out")).isEqualTo(1);
    }

    /** An estimate that does not have all in it says so. */
    @Test
    void whatAForecastDoesNotKnowItSays() throws IOException {
        command.file("vmcore", TinyKernels.x8664().bytes());
        assertThat(command.run("--json", "--dry-run", "-e", "-d", "31", "vmcore", "out"))
                .isZero();
        assertThat(command.err()).contains("WARNING: what -e leaves out is counted as kept");
    }

    /** Pages not compressed have one size: the estimate is the size. */
    @ParameterizedTest
    @CsvSource({"0", "1", "30", "31"})
    void theSizeOfPagesNotCompressedIsExact(String level) throws IOException {
        command.file("vmcore", TinyKernels.x8664().bytes());
        assertThat(command.run("--json", "--dry-run", "-d", level, "vmcore", "out"))
                .isZero();
        assertThat(Files.exists(command.path("out"))).isFalse();
        String json = command.out();
        assertThat(command.run("-d", level, "vmcore", "out")).isZero();
        assertThat(number(json, "bytes")).isEqualTo(Files.size(command.path("out")));
        assertThat(number(json, "standardError")).isZero();
    }

    /** A page of two classes counts as one of them, and which one it is depends on the level. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2", "8", "16", "31"})
    void aForecastIsWhatTheRunThenReports(int level) throws IOException {
        KernelMemoryBuilder kernel = TinyKernels.described().get(0).kernel().get();
        for (long pfn : new long[] {0x20, 0x28, 0x38}) {
            kernel.page(pfn).set("flags", kernel.page(pfn).get("flags") | Generation.HWPOISON);
        }
        command.file("vmcore", kernel.dump().bytes());
        assertThat(command.run("--json", "--dry-run", "vmcore", "out")).isZero();
        String forecast = command.out();
        assertThat(command.run("--json", "-d", Integer.toString(level), "vmcore", "out"))
                .isZero();
        for (String name : List.of("zero", "cache", "user", "free", "hwpoison", "excluded", "remaining")) {
            assertThat(numbers(forecast, name).get(level + 1)).as(name).isEqualTo(number(command.out(), name));
        }
    }

    /** What each level keeps, by the C tool's golden table, and the size of the file that is then written. */
    @ParameterizedTest
    @CsvSource({"i386-mini, vmcore", "i386-jump, dump.elf", "arm64-6.1, vmcore"})
    void realKernels(String sample, String file, @TempDir Path directory) throws IOException {
        Path core = Samples.dump(sample, file).toAbsolutePath();
        assertThat(command.runThere(directory, "--json", "--dry-run", "-c", "-d", "31", core.toString(), "out"))
                .as(command.err())
                .isZero();
        String json = command.out();
        List<Map<String, String>> golden = Samples.golden(sample);
        List<Long> kept = numbers(json, "kept");
        for (int level = 0; level < 32; level++) {
            assertThat(kept.get(level + 1))
                    .as("level %d", level)
                    .isEqualTo(Long.valueOf(golden.get(level).get("kept_pages")));
        }
        assertThat(command.runThere(directory, "-c", "-d", "31", core.toString(), "out"))
                .isZero();
        long error = Math.max(1, number(json, "standardError"));
        assertThat(number(json, "bytes"))
                .isBetween(
                        Files.size(directory.resolve("out")) - 4 * error,
                        Files.size(directory.resolve("out")) + 4 * error);
        assertThat(error).isLessThan(number(json, "bytes") / 50);
    }
}
