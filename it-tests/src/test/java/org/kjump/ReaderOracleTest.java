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
    @CsvSource({
        "i386-nopae, 31",
        "i386-2.6.27-made, 16",
        "amd64-small, 31",
        "amd64-small, 1",
        "amd64-6.12, 31",
        "arm64-6.1, 31"
    })
    void libkdumpfileReadsTheSamePages(String sample, String level)
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        Path file = written(Samples.dump(sample, "vmcore"), "-c", "-d", level);
        try (MemoryImage image = Dump.open(file)) {
            assertReadTheSame(image, file, work);
        }
    }

    /** libkdumpfile finds in {@code file} the pages that we find in it, which is open as {@code image}. */
    static void assertReadTheSame(MemoryImage image, Path file, Path work)
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        String theirs = Oracle.libkdumpfile()
                .run(work, "-c", PAGES, file.toString(), Long.toString(image.pfnLimit()))
                .trim();
        assertThat(theirs).isEqualTo(ourPages(image)).doesNotStartWith("0 ");
    }

    /** The release is the one that the kernel's own log begins with. */
    @ParameterizedTest
    @CsvSource({
        "amd64-small, -c, 6.1.192",
        "amd64-small, -E, 6.1.192",
        "amd64-small, -l, 6.1.192",
        "amd64-6.12, -z, 6.12.117+deb13-amd64",
        "i386-nopae, -c, 6.1.192",
        "i386-nopae, -E, 6.1.192",
        "i386-2.6.27-made, -c, 2.6.27"
    })
    void crashFindsTheRelease(String sample, String form, String release) throws IOException, InterruptedException {
        Path core = Samples.dump(sample, "vmcore");
        Path file = written(core, form, "-d", "31");
        try (MemoryImage image = Dump.open(core)) {
            assertThat(Oracle.crash(image.target())
                            .run(work, "--osrelease", file.toString())
                            .trim())
                    .isEqualTo(release);
        }
    }
}
