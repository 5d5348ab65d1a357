package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.makedumpfile.Makedumpfile;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.open.Dump;

/** Other people's readers on what we write. */
@Tag("oracle")
class ReaderOracleTest {
    /** Hashes every page that libkdumpfile can read, in order, and says how many there are. */
    private static final String PAGES = """
            import hashlib, kdumpfile, sys
            dump = kdumpfile.kdumpfile(sys.argv[1])
            digest = hashlib.sha256()
            count = 0
            for pfn in range(int(sys.argv[2])):
                try:
                    page = dump.read(kdumpfile.KDUMP_MACHPHYSADDR, pfn * 4096, 4096)
                except kdumpfile.exceptions.NoDataException:
                    continue
                digest.update(page)
                count += 1
            print(count, digest.hexdigest())
            """;

    @TempDir
    Path work;

    private Path written(Path core, String... options) {
        String[] words = new String[options.length + 2];
        System.arraycopy(options, 0, words, 0, options.length);
        words[options.length] = core.toAbsolutePath().toString();
        words[options.length + 1] = "out";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(Makedumpfile.run(words, Map.of(), work, print, print))
                .as(out.toString(StandardCharsets.UTF_8))
                .isZero();
        return work.resolve("out");
    }

    private static String ourPages(MemoryImage image) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer page = ByteBuffer.allocate(4096);
        long count = 0;
        for (long pfn = 0; pfn < image.pfnLimit(); pfn++) {
            if (image.read(pfn, page.clear()) == PageState.PRESENT) {
                digest.update(page.flip());
                count++;
            }
        }
        return count + " " + HexFormat.of().formatHex(digest.digest());
    }

    @ParameterizedTest
    @CsvSource({"i386-nopae, 31", "i386-2.6.27-made, 16", "amd64-small, 31", "amd64-small, 1", "amd64-6.12, 31"})
    void libkdumpfileReadsTheSamePages(String sample, String level)
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        Oracle reader = Oracle.libkdumpfile();
        Path file = written(Samples.dump(sample, "vmcore"), "-c", "-d", level);
        try (MemoryImage image = Dump.open(file)) {
            String theirs = reader.run(work, "-c", PAGES, file.toString(), Long.toString(image.pfnLimit()))
                    .trim();
            assertThat(theirs).isEqualTo(ourPages(image)).doesNotStartWith("0 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "-E"})
    void crashFindsTheRelease(String form) throws IOException, InterruptedException {
        Path file = written(Samples.dump("amd64-small", "vmcore"), form, "-d", "31");
        assertThat(Oracle.crash().run(work, "--osrelease", file.toString()).trim())
                .isEqualTo("6.1.192");
    }
}
