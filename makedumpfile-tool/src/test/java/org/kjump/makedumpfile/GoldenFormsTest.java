package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.open.Dump;

/** Real dumps filtered into every form of kdump-compressed files: whatever the form, the pages are those of the C tool's file. */
class GoldenFormsTest {
    private static final List<String> CODECS = List.of("", "-c", "-l", "-p", "-z");

    @TempDir
    private Path work;

    private void run(String words, Path out) throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream data = new PrintStream(Files.newOutputStream(out), false, StandardCharsets.UTF_8)) {
            String[] all = ("-f " + words).trim().split(" +");
            int status =
                    Makedumpfile.run(all, Map.of(), work, data, new PrintStream(err, true, StandardCharsets.UTF_8));
            assertThat(status).as(words + ": " + err).isZero();
        }
    }

    private void run(String words) throws IOException {
        run(words, work.resolve("messages"));
    }

    private void assertPages(Map<String, String> golden, String form, String... names)
            throws IOException, NoSuchAlgorithmException {
        MessageDigest contents = MessageDigest.getInstance("SHA-256");
        MessageDigest list = MessageDigest.getInstance("SHA-256");
        ByteBuffer page = ByteBuffer.allocate(4096);
        try (MemoryImage dump = Dump.open(Stream.of(names).map(work::resolve).toArray(Path[]::new))) {
            for (long pfn = dump.nextReadable(0); pfn >= 0; pfn = dump.nextReadable(pfn + 1)) {
                dump.read(pfn, page.clear());
                contents.update(page.flip());
                list.update((pfn + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
        String what = "%s at level %s".formatted(form, golden.get("level"));
        assertThat(HexFormat.of().formatHex(list.digest())).as(what).isEqualTo(golden.get("sha256_pfnlist"));
        assertThat(HexFormat.of().formatHex(contents.digest())).as(what).isEqualTo(golden.get("sha256_pages"));
    }

    private void assertAllForms(String sample, int level) throws IOException, NoSuchAlgorithmException {
        Map<String, String> golden = Samples.golden(sample).get(level);
        Path core = Samples.dump(sample, "vmcore").toAbsolutePath();
        for (String codec : CODECS) {
            run("%s -d %d %s dump".formatted(codec, level, core));
            assertPages(golden, "form '" + codec + "'", "dump");
        }
        run("-l -d %d -F %s".formatted(level, core), work.resolve("flattened"));
        assertPages(golden, "flattened", "flattened");
        run("-l -d %d %s dump".formatted(level, core));
        run("-l -d %d --split --splitblock-size 64 %s a b c".formatted(level, core));
        assertPages(golden, "split", "c", "a", "b");
        run("--reassemble b c a whole");
        assertThat(work.resolve("whole")).hasSameBinaryContentAs(work.resolve("dump"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-2.6.27-made"})
    void allLevelsInAllForms(String sample) throws IOException, NoSuchAlgorithmException {
        for (int level : IntStream.range(0, 32).toArray()) {
            assertAllForms(sample, level);
        }
    }

    /** Dumps that take longer. */
    @ParameterizedTest
    @ValueSource(strings = {"i386-nopae", "amd64-small", "amd64-6.12", "arm64-6.1"})
    void theMostUsedLevelInAllForms(String sample) throws IOException, NoSuchAlgorithmException {
        assertAllForms(sample, 31);
    }

    /** What was filtered can be filtered again: the same file as if it had been done at once. */
    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-2.6.27-made", "i386-nopae", "amd64-small", "amd64-6.12", "arm64-6.1"})
    void filteringTwiceIsFilteringOnce(String sample) throws IOException {
        Path core = Samples.dump(sample, "vmcore").toAbsolutePath();
        run("-l -d 31 %s once".formatted(core));
        run("-z -d 1 %s first".formatted(core));
        run("-l -d 31 first twice");
        assertThat(work.resolve("twice")).hasSameBinaryContentAs(work.resolve("once"));
    }
}
