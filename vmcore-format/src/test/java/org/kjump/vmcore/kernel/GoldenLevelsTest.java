package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpWriter;

/** Real kernels' dumps at every level, against what the C makedumpfile kept: 1.7.2, and 1.7.8 for 6.12. */
class GoldenLevelsTest {
    @TempDir
    Path work;

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** Kernel A's memory as kernel B saved it: what B's region hid is read through the jump-back entry. */
    @Test
    void theImageOfAJumpKeepsTheSamePagesAtAllLevels() throws IOException, NoSuchAlgorithmException {
        ElfCore core = new ElfCore(ByteSource.open(Samples.dump("i386-jump", "dump.elf")));
        try (JumpedImage image = new JumpedImage(core, ControlPage.at(core, 0x01c000d7))) {
            assertAllLevels("i386-jump", image);
        }
    }

    @Test
    void aWrongJumpBackEntryIsTold() throws IOException {
        try (ElfCore core = new ElfCore(ByteSource.open(Samples.dump("i386-jump", "dump.elf")))) {
            for (long entry : new long[] {0, 0x01c000d8, 0x01c010d7, 0x200000, 0xffffffffL}) {
                assertThatThrownBy(() -> ControlPage.at(core, entry))
                        .isInstanceOf(VmcoreException.class)
                        .hasMessageContaining("entry");
            }
        }
    }

    @Test
    void theJumpBackEntryIsFoundInTheDump() throws IOException {
        try (ElfCore core = new ElfCore(ByteSource.open(Samples.dump("i386-jump", "dump.elf")))) {
            assertThat(ControlPage.find(core)).extracting(ControlPage::entry).containsExactly(0x01c000d7L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-nopae", "i386-2.6.27-made", "amd64-small", "amd64-6.12", "arm64-6.1"})
    void allLevelsKeepTheSamePagesAsTheCTool(String sample) throws IOException, NoSuchAlgorithmException {
        try (ElfCore core = new ElfCore(ByteSource.open(Samples.dump(sample, "vmcore")))) {
            assertAllLevels(sample, core);
        }
    }

    private static List<Long> columns(Map<PageClass, Long> dropped) {
        return List.of(
                dropped.getOrDefault(PageClass.CACHE, 0L),
                dropped.getOrDefault(PageClass.CACHE_PRIVATE, 0L),
                dropped.getOrDefault(PageClass.USER, 0L),
                dropped.getOrDefault(PageClass.FREE, 0L),
                dropped.getOrDefault(PageClass.HWPOISON, 0L),
                dropped.getOrDefault(PageClass.OFFLINE, 0L));
    }

    private static List<Long> golden(Map<String, String> row) {
        return Stream.of("cache", "cache_private", "user", "free", "hwpoison", "offline")
                .map(column -> Long.valueOf(row.get(column)))
                .toList();
    }

    private static void assertAllLevels(String sample, MemoryImage core) throws IOException, NoSuchAlgorithmException {
        PageClassifier classifier = PageClassifier.of(new KernelMemory(core));
        PageClasses classes = classifier.all();
        DumpedPages pages = DumpedPages.of(core, classifier);
        int levels = 0;
        for (Map<String, String> golden : Samples.golden(sample)) {
            int level = Integer.parseInt(golden.get("level"));
            PfnSet kept = pages.stored().copy();
            kept.remove(0, classes.dropped(level));
            int half = Integer.parseInt(golden.get("bitmap_bytes"));
            assertThat(kept.size()).as("pages at level %d", level).isEqualTo(Long.parseLong(golden.get("kept_pages")));
            assertThat(sha256(pages.existing().bytes(0, half))).isEqualTo(golden.get("sha256_bitmap1"));
            assertThat(sha256(kept.bytes(0, half))).as("level %d", level).isEqualTo(golden.get("sha256_bitmap2"));
            MessageDigest contents = MessageDigest.getInstance("SHA-256");
            MessageDigest list = MessageDigest.getInstance("SHA-256");
            ByteBuffer page = ByteBuffer.allocate(4096);
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                core.read(pfn, page.clear());
                contents.update(page.flip());
                list.update((pfn + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(HexFormat.of().formatHex(contents.digest())).isEqualTo(golden.get("sha256_pages"));
            assertThat(HexFormat.of().formatHex(list.digest())).isEqualTo(golden.get("sha256_pfnlist"));
            assertThat(columns(classes.dropped(pages.counted(), level).dropped()))
                    .as("counters at level %d", level)
                    .isEqualTo(golden(golden));
            levels++;
        }
        assertThat(levels).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-nopae", "i386-2.6.27-made", "amd64-small", "amd64-6.12", "arm64-6.1"})
    void theWrittenFileIsAsLongAsTheCTools(String sample) throws IOException {
        try (ElfCore core = new ElfCore(ByteSource.open(Samples.dump(sample, "vmcore")))) {
            PageClassifier classifier = PageClassifier.of(new KernelMemory(core));
            PageClasses classes = classifier.all();
            DumpedPages pages = DumpedPages.of(core, classifier);
            for (int level : new int[] {30, 31}) {
                PfnSet kept = pages.stored().copy();
                kept.remove(0, classes.dropped(level));
                Path file = work.resolve(sample + level);
                try (ByteSink sink = ByteSink.of(
                        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                    KdumpWriter.write(
                            new KdumpWriter.Content(
                                    core, pages.existing(), kept, level, Compression.NONE, new byte[390], 0, 0),
                            sink,
                            Progress.NONE);
                }
                long expected = Long.parseLong(Samples.golden(sample).get(level).get("raw_file_size"));
                assertThat(Files.size(file)).isEqualTo(expected);
            }
        }
    }
}
