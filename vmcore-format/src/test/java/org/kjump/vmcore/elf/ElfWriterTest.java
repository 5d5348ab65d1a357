package org.kjump.vmcore.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kdump.KdumpWriter;

/** Which pages get into which load: program headers are read here with the offsets of the ABI. */
class ElfWriterTest {
    private static final long BASE = 0x100000;
    private static final int PAGE = 4096;

    @SuppressWarnings("UnusedVariable") // for FieldSource
    private static final List<Target> TARGETS = List.of(
            Target.I386,
            Target.X86_64,
            new Target(20, 4, ByteOrder.BIG_ENDIAN, 12),
            new Target(22, 8, ByteOrder.BIG_ENDIAN, 12));

    private record Load(long offset, long vaddr, long paddr, long fileSize, long size) {}

    /** The loads of an ELF file. */
    private static List<Load> loads(ByteBuffer file) {
        boolean wide = file.get(4) == 2;
        file.order(file.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int at = wide ? 64 : 52;
        int count = file.getShort(wide ? 56 : 44) & 0xffff;
        if (count == 0xffff) {
            count = file.getInt((int) file.getLong(40) + 44);
        }
        List<Load> loads = new ArrayList<>();
        for (int i = 0; i < count; i++, at += wide ? 56 : 32) {
            if (file.getInt(at) == 1) {
                loads.add(
                        wide
                                ? new Load(
                                        file.getLong(at + 8),
                                        file.getLong(at + 16),
                                        file.getLong(at + 24),
                                        file.getLong(at + 32),
                                        file.getLong(at + 40))
                                : new Load(
                                        file.getInt(at + 4),
                                        file.getInt(at + 8) & 0xffffffffL,
                                        file.getInt(at + 12),
                                        file.getInt(at + 16),
                                        file.getInt(at + 20)));
            }
        }
        return loads;
    }

    /** A core of {@code frames} frames from {@link #BASE} on, each with contents of its own. */
    private static DumpBuilder core(Target target, int frames) {
        Ram ram = new Ram(target.order());
        ram.scribble(BASE / PAGE, BASE / PAGE + frames);
        return DumpBuilder.core(target)
                .note("CORE", 1, new byte[4])
                .load(ram, BASE, 0xc0000000L + BASE, (long) frames * PAGE, (long) frames * PAGE);
    }

    private static ByteBuffer written(MemoryImage image, PfnSet kept) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = files.getPath("/out");
            try (ByteSink sink =
                    ByteSink.of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                new ElfWriter(image, kept).write(sink, Progress.NONE);
            }
            return ByteBuffer.wrap(Files.readAllBytes(file));
        }
    }

    /** The loads of a core of 1024 frames that lacks those from {@code start} up to {@code end}, counted from its first. */
    private static List<Load> without(Target target, int start, int end) throws IOException {
        try (MemoryImage image = core(target, 1024).open()) {
            PfnSet kept = new PfnSet(image.pfnLimit());
            kept.add(BASE / PAGE, BASE / PAGE + 1024);
            kept.remove(BASE / PAGE + start, BASE / PAGE + end);
            ByteBuffer file = written(image, kept);
            assertSameMemory(image, file, kept);
            return loads(file);
        }
    }

    private static void assertSameMemory(MemoryImage image, ByteBuffer file, PfnSet kept) {
        try (ElfCore core = new ElfCore(ByteSource.of("written", file))) {
            byte[] expected = new byte[PAGE];
            byte[] found = new byte[PAGE];
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                image.read(pfn, ByteBuffer.wrap(expected));
                core.read(pfn, ByteBuffer.wrap(found));
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    /** Headers (of two or more loads), and a note of 12 + 8 + 4 bytes. */
    private static long data(Target target, int loads) {
        return (target.wordBytes() == 8 ? 64 + 56 * (1L + loads) : 52 + 32 * (1L + loads)) + 24;
    }

    private static Load load(Target target, int loads, int storedBefore, int first, int stored, int frames) {
        return new Load(
                data(target, loads) + (long) storedBefore * PAGE,
                0xc0000000L + BASE + (long) first * PAGE,
                BASE + (long) first * PAGE,
                (long) stored * PAGE,
                (long) frames * PAGE);
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void aRunOf255PagesIsStored(Target target) throws IOException {
        assertThat(without(target, 100, 355)).containsExactly(load(target, 1, 0, 0, 1024, 1024));
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void aRunOf256PagesIsLeftOut(Target target) throws IOException {
        assertThat(without(target, 100, 356))
                .containsExactly(load(target, 2, 0, 0, 100, 356), load(target, 2, 100, 356, 668, 668));
    }

    /** Before the first page that is kept, the load without bytes has the offset 0. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void aLeadingRunIsALoadWithoutBytes(Target target) throws IOException {
        Load empty = new Load(0, 0xc0000000L + BASE, BASE, 0, 300L * PAGE);
        assertThat(without(target, 0, 300)).containsExactly(empty, load(target, 2, 0, 300, 724, 724));
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void aTrailingRunStaysInTheLastLoadHoweverShort(Target target) throws IOException {
        assertThat(without(target, 1000, 1024)).containsExactly(load(target, 1, 0, 0, 1000, 1024));
    }

    /** At the end of a segment a load without bytes has the offset that its bytes would have. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void aSegmentOfWhichNothingIsKeptIsALoadWithoutBytes(Target target) throws IOException {
        assertThat(without(target, 0, 1024)).containsExactly(load(target, 1, 0, 0, 0, 1024));
    }

    @Test
    void aLoadWithoutVirtualAddressHasNoneInItsParts() throws IOException {
        Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);
        ram.scribble(0x40000, 0x40400);
        try (MemoryImage image = DumpBuilder.core(Target.I386)
                .load(ram, 0x40000000L, -1, 0x400000, 0x400000)
                .open()) {
            PfnSet kept = new PfnSet(image.pfnLimit());
            kept.add(0x40000, 0x40010);
            kept.add(0x40300, 0x40400);
            assertThat(loads(written(image, kept))).extracting(Load::vaddr).containsExactly(0xffffffffL, 0xffffffffL);
        }
    }

    /** Parts of pages at both ends are kept with the page beside them. */
    @Test
    void oddEndsAreKept() throws IOException {
        byte[] bytes = new byte[3 * PAGE];
        Arrays.fill(bytes, (byte) 7);
        try (MemoryImage image =
                DumpBuilder.core(Target.X86_64).load(BASE + 0x234, bytes).open()) {
            PfnSet kept = new PfnSet(image.pfnLimit());
            kept.add(0, image.pfnLimit());
            ByteBuffer file = written(image, kept);
            assertThat(loads(file)).extracting(Load::paddr).containsExactly(BASE + 0x234);
            assertThat(loads(file)).extracting(Load::fileSize).containsExactly((long) bytes.length);
            byte[] stored = new byte[bytes.length];
            file.get((int) loads(file).get(0).offset(), stored);
            assertThat(stored).isEqualTo(bytes);
        }
    }

    /** 65535 headers and more do not fit e_phnum: section header 0 tells. The note stands behind it. */
    @Test
    void manyLoadsAreCountedInASection() throws IOException {
        DumpBuilder dump =
                DumpBuilder.core(Target.X86_64).note("CORE", 1, new byte[4]).countInSection();
        int loads = 65_534;
        for (int i = 0; i < loads; i++) {
            dump.load(i * 8192L, 0, new byte[0], 4096);
        }
        try (MemoryImage image = dump.open()) {
            ByteBuffer file = written(image, new PfnSet(image.pfnLimit()));
            file.order(ByteOrder.LITTLE_ENDIAN);
            long section = 64 + 56L * (loads + 1);
            assertThat(file.getShort(56)).as("e_phnum").isEqualTo((short) 0xffff);
            assertThat(file.getLong(40)).as("e_shoff").isEqualTo(section);
            assertThat(file.getShort(58)).as("e_shentsize").isEqualTo((short) 64);
            assertThat(file.getShort(60)).as("e_shnum").isEqualTo((short) 1);
            assertThat(file.getLong((int) section + 32)).as("sh_size").isEqualTo(1);
            assertThat(file.getInt((int) section + 44)).as("sh_info").isEqualTo(loads + 1);
            assertThat(file.getLong(64 + 8)).as("p_offset of the note").isEqualTo(section + 64);
            assertThat(loads(file)).hasSize(loads);
        }
    }

    @Test
    void aFileWithoutSegmentsCannotBeWrittenAsElf() throws IOException {
        try (MemoryImage image = core(Target.X86_64, 4).open();
                FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            PfnSet all = new PfnSet(image.pfnLimit());
            all.add(BASE / PAGE, image.pfnLimit());
            Path file = files.getPath("/out");
            try (ByteSink sink =
                    ByteSink.of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                KdumpWriter.write(
                        new KdumpWriter.Content(image, all, all, 0, Compression.NONE, new byte[390], 0, 0),
                        sink,
                        Progress.NONE);
            }
            try (KdumpFile dump = new KdumpFile(ByteSource.open(file))) {
                assertThatThrownBy(() -> new ElfWriter(dump, all))
                        .isInstanceOf(VmcoreException.class)
                        .hasMessage("/out: an ELF core can be made of an ELF core only");
            }
        }
    }
}
