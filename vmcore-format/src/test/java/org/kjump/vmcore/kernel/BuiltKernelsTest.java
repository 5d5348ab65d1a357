package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.build.Kernels;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpWriter;

/** Built kernels of every memory model and paging mode: files and counters as the C makedumpfile 1.7.2 makes them. */
class BuiltKernelsTest {
    private static final Map<String, Optional<PageClass>> COLUMNS = Map.of(
            "cache", Optional.of(PageClass.CACHE),
            "cache_private", Optional.of(PageClass.CACHE_PRIVATE),
            "user", Optional.of(PageClass.USER),
            "free", Optional.of(PageClass.FREE),
            "hwpoison", Optional.of(PageClass.HWPOISON),
            "offline", Optional.of(PageClass.OFFLINE));

    /** Lines of a kernel in {@code golden-kernels.tsv}, which {@code scripts/oracle/golden-kernels} makes. */
    private record Golden(List<String> columns, List<List<String>> rows) {
        static Golden of(String kernel) throws IOException {
            try (InputStream in = BuiltKernelsTest.class.getResourceAsStream("/golden-kernels.tsv");
                    BufferedReader reader = new BufferedReader(
                            new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.US_ASCII))) {
                List<List<String>> lines = reader.lines()
                        .map(line -> Arrays.asList(line.split("\t")))
                        .toList();
                return new Golden(
                        lines.get(0),
                        lines.stream()
                                .filter(line -> line.get(0).equals(kernel))
                                .toList());
            }
        }

        String text(List<String> row, String column) {
            return row.get(columns.indexOf(column));
        }

        long number(List<String> row, String column) {
            return Long.parseLong(text(row, column));
        }
    }

    static Stream<String> kernels() {
        return Kernels.all().keySet().stream();
    }

    private static MemoryImage open(String kernel) {
        return Objects.requireNonNull(Kernels.all().get(kernel)).get().open();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void filesAndCountersAreTheCTools(String kernel) throws IOException, NoSuchAlgorithmException {
        Golden golden = Golden.of(kernel);
        assertThat(golden.rows()).hasSize(4);
        try (MemoryImage image = open(kernel);
                FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            KernelMemory memory = new KernelMemory(image);
            PageClassifier classifier = PageClassifier.of(memory);
            PageClasses classes = classifier.all();
            DumpedPages pages = DumpedPages.of(image, classifier);
            Path file = files.getPath("/out");
            for (List<String> row : golden.rows()) {
                int level = (int) golden.number(row, "level");
                PfnSet kept = pages.stored().copy();
                kept.remove(0, classes.dropped(level));
                long zeros;
                try (ByteSink sink = sink(file)) {
                    zeros = KdumpWriter.write(content(memory, pages, kept, level), sink, Progress.NONE)
                            .zeros();
                }
                assertThat(sha256(file)).as("kdump file, level %d", level).isEqualTo(golden.text(row, "sha256_kdump"));
                assertThat(zeros).as("zero pages, level %d", level).isEqualTo(golden.number(row, "zero"));
                if ((level & 1) != 0) {
                    dropZeros(image, kept);
                }
                try (ByteSink sink = sink(file)) {
                    new ElfWriter(image, kept).write(sink, Progress.NONE);
                }
                assertThat(sha256(file)).as("ELF file, level %d", level).isEqualTo(golden.text(row, "sha256_elf"));
                Map<PageClass, Long> dropped =
                        classes.dropped(pages.counted(), level).dropped();
                COLUMNS.forEach((column, use) -> assertThat(dropped.get(use.orElseThrow()))
                        .as("%s, level %d", column, level)
                        .isEqualTo(golden.number(row, column)));
            }
        }
    }

    private static KdumpWriter.Content content(KernelMemory memory, DumpedPages pages, PfnSet kept, int level) {
        ByteBuffer utsname = ByteBuffer.allocate(390);
        memory.read(memory.symbol("init_uts_ns") + 4, utsname);
        byte[] name = new byte[390];
        utsname.flip().get(name);
        long physBase = memory.image().target().wordBytes() == 8
                ? memory.info().number("phys_base").orElse(-28L << 20)
                : 0;
        return new KdumpWriter.Content(
                memory.image(), pages.existing(), kept, level, Compression.NONE, name, 0, physBase);
    }

    private static ByteSink sink(Path file) throws IOException {
        return ByteSink.of(Files.newByteChannel(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    /** In an ELF file zero pages are left out like others. */
    private static void dropZeros(MemoryImage image, PfnSet kept) {
        byte[] page = new byte[4096];
        byte[] zero = new byte[4096];
        for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
            if (image.read(pfn, ByteBuffer.wrap(page)) == PageState.PRESENT && Arrays.equals(page, zero)) {
                kept.remove(pfn);
            }
        }
    }

    /** The figures that the C tool's report gives for this core: they do not depend on the table. */
    @Test
    void theReferenceKernelIsReportedAsByTheCTool() throws IOException {
        try (MemoryImage image = open("x86_64-reference")) {
            KernelMemory memory = new KernelMemory(image);
            PageClassifier classifier = PageClassifier.of(memory);
            PageClasses classes = classifier.all();
            DumpedPages pages = DumpedPages.of(image, classifier);
            assertThat(pages.existing().size()).isEqualTo(0x3fa0);
            assertThat(pages.existing().limit() - pages.existing().size()).isEqualTo(0x60);
            assertThat(classes.dropped(pages.counted(), 31).dropped())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            PageClass.CACHE, 2L,
                            PageClass.CACHE_PRIVATE, 1L,
                            PageClass.USER, 0x61L,
                            PageClass.FREE, 0x10L,
                            PageClass.HWPOISON, 1L,
                            PageClass.OFFLINE, 1L));
            assertThat(classes.warnings())
                    .containsExactly("WARNING: Invalid free page order: pfn=2020, order=11, max order=10");
            PfnSet kept = pages.stored().copy();
            kept.remove(0, classes.dropped(0));
            assertThat(kept.size()).isEqualTo(0x3f9e);
            kept.remove(0, classes.dropped(31));
            assertThat(kept.size()).isEqualTo(0x3f2a);
            assertThat(KdumpWriter.write(content(memory, pages, kept, 31), ByteSink.NOWHERE, Progress.NONE)
                            .zeros())
                    .isEqualTo(15770)
                    .isEqualTo(0x3d9a);
        }
    }

    /** It has 5 program headers then, a note and four loads; the C tool writes 2152224 bytes. */
    @Test
    void theReferenceKernelIsSmallAsAnElfCore() throws IOException {
        try (MemoryImage image = open("x86_64-reference");
                FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            PageClassifier classifier = PageClassifier.of(new KernelMemory(image));
            PageClasses classes = classifier.all();
            PfnSet kept = DumpedPages.of(image, classifier).stored();
            kept.remove(0, classes.dropped(31));
            dropZeros(image, kept);
            Path file = files.getPath("/out");
            try (ByteSink sink = sink(file)) {
                new ElfWriter(image, kept).write(sink, Progress.NONE);
            }
            assertThat(Files.size(file)).isEqualTo(2152224);
            try (ElfCore written = new ElfCore(ByteSource.open(file))) {
                assertThat(written.segments()).hasSize(4);
            }
        }
    }
}
