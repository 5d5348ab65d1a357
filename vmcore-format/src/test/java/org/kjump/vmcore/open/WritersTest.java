package org.kjump.vmcore.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnRange;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Kernels;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.NoSpaceException;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kdump.KdumpReassembly;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kdump.SplitPlan;
import org.kjump.vmcore.pipeline.Workers;
import org.kjump.vmcore.pipeline.ZeroPages;

/** What writers write: the same bytes however the work is cut and shared, and what there is room for. */
class WritersTest {
    private static final int PAGE = 4096;

    /** A file in memory, with room for so many bytes; it takes no more memory than a few times its length. */
    private static final class Room implements ByteSink {
        private final int limit;
        private byte[] bytes = {};
        private int size;

        Room(int limit) {
            this.limit = limit;
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            long end = position + source.remaining();
            if (end > limit) {
                throw new NoSpaceException("full", size);
            }
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit, 2 * end));
            }
            size = Math.max(size, (int) end);
            source.get(bytes, (int) position, source.remaining());
        }

        ByteBuffer file() {
            return ByteBuffer.wrap(bytes, 0, size).slice();
        }

        @Override
        public void close() {}
    }

    private static final int PLENTY = 80 << 20;

    private static MemoryImage reference() {
        return Kernels.reference().dump().open();
    }

    /** Every second page of the last 16 MiB is left out, and longer and longer runs below. */
    private static PfnSet kept(MemoryImage image) {
        PfnSet kept = new PfnSet(image.pfnLimit());
        for (long pfn = 0; pfn < image.pfnLimit(); pfn++) {
            if (image.state(pfn) == PageState.PRESENT && (pfn < 0x3000 || pfn % 2 == 0)) {
                kept.add(pfn);
            }
        }
        for (int run = 1; run <= 10; run++) {
            kept.remove(0x400L * run, 0x400L * run + 100L * run);
        }
        return kept;
    }

    private static KdumpWriter.Content content(MemoryImage image, int level, Compression compression) {
        PfnSet existing = new PfnSet(image.pfnLimit());
        for (long pfn = 0; pfn < image.pfnLimit(); pfn++) {
            if (image.state(pfn) != PageState.ABSENT) {
                existing.add(pfn);
            }
        }
        return new KdumpWriter.Content(image, existing, kept(image), level, compression, new byte[390], 0, 0);
    }

    private static ByteBuffer kdump(KdumpWriter.Content content, int threads, int blockPages) throws IOException {
        Room room = new Room(PLENTY);
        try (Workers workers = new Workers(threads)) {
            new KdumpWriter(workers, blockPages).whole(content, room, Progress.NONE);
        }
        return room.file();
    }

    @ParameterizedTest
    @EnumSource
    void aKdumpFileIsTheSameForAllNumbersOfThreadsAndBlockSizes(Compression compression) throws IOException {
        try (MemoryImage image = reference()) {
            KdumpWriter.Content content = content(image, 1, compression);
            ByteBuffer expected = kdump(content, 1, KdumpWriter.BLOCK_PAGES);
            for (int threads : List.of(1, 2, 3, 64)) {
                for (int blockPages : List.of(1, 7, 1000)) {
                    assertThat(kdump(content, threads, blockPages).mismatch(expected))
                            .as("%d threads, blocks of %d", threads, blockPages)
                            .isEqualTo(-1);
                }
            }
            try (MemoryImage read = Dump.open(ByteSource.of("written", expected))) {
                assertSamePages(read, image, content.kept());
            }
        }
    }

    private static void assertSamePages(MemoryImage read, MemoryImage image, PfnSet kept) {
        ByteBuffer expected = ByteBuffer.allocate(PAGE);
        ByteBuffer found = ByteBuffer.allocate(PAGE);
        for (long pfn = 0; pfn < image.pfnLimit(); pfn++) {
            // To read a page that was lost is an error.
            boolean isRead = read.state(pfn) == PageState.PRESENT;
            assertThat(isRead).as("frame %x", pfn).isEqualTo(kept.has(pfn));
            if (isRead) {
                read.read(pfn, found.clear());
                image.read(pfn, expected.clear());
                assertThat(found.flip()).as("frame %x", pfn).isEqualTo(expected.flip());
            }
        }
    }

    @Test
    void anElfFileIsTheSameForAllNumbersOfThreadsAndBlockSizes() throws IOException {
        try (MemoryImage image = reference()) {
            ElfWriter writer = new ElfWriter(image, kept(image));
            Room expected = new Room(PLENTY);
            try (Workers workers = new Workers(1)) {
                writer.write(workers, 64, expected, Progress.NONE);
            }
            assertThat(expected.size).isEqualTo((int) writer.size());
            for (int threads : List.of(2, 3, 64)) {
                for (int blockPages : List.of(1, 7, 1000)) {
                    Room room = new Room(PLENTY);
                    try (Workers workers = new Workers(threads)) {
                        writer.write(workers, blockPages, room, Progress.NONE);
                    }
                    assertThat(room.file().mismatch(expected.file()))
                            .as("%d threads, blocks of %d", threads, blockPages)
                            .isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void pagesOfZerosAreFoundByAnyNumberOfThreads(int threads) throws IOException {
        try (MemoryImage image = reference();
                Workers workers = new Workers(threads)) {
            PfnSet pages = kept(image);
            long zeros = ZeroPages.drop(image, pages, workers, Progress.NONE);
            PfnSet left = kept(image);
            byte[] page = new byte[PAGE];
            for (long pfn = left.next(0); pfn >= 0; pfn = left.next(pfn + 1)) {
                image.read(pfn, ByteBuffer.wrap(page));
                if (Arrays.equals(page, new byte[PAGE])) {
                    left.remove(pfn);
                }
            }
            assertThat(zeros).isEqualTo(kept(image).size() - left.size()).isPositive();
            assertThat(pages.bytes(0, 4096)).isEqualTo(left.bytes(0, 4096));
        }
    }

    /** Splitting and joining is what makes one file again, wherever the borders are and in whatever order the parts come. */
    @ParameterizedTest
    @MethodSource("splits")
    void partsMakeTheFileThatWasNotSplit(int files, long blockFrames) throws IOException {
        try (MemoryImage image = reference();
                Workers workers = new Workers(2)) {
            KdumpWriter.Content content = content(image, 1, Compression.LZO);
            List<PfnRange> ranges = SplitPlan.of(content.kept(), files, blockFrames);
            assertThat(ranges).hasSize(files);
            List<KdumpFile> parts = new ArrayList<>();
            for (PfnRange range : ranges) {
                Room room = new Room(PLENTY);
                new KdumpWriter(workers).part(content, range, room, Progress.NONE);
                parts.add(0, new KdumpFile(ByteSource.of("part", room.file())));
            }
            Room whole = new Room(PLENTY);
            KdumpReassembly.write(parts, whole, Progress.NONE);
            assertThat(whole.file().mismatch(kdump(content, 1, 64))).isEqualTo(-1);
        }
    }

    static Stream<Arguments> splits() {
        return Stream.of(Arguments.of(2, 1L), Arguments.of(7, 256L), Arguments.of(3, 1L << 18));
    }

    @Test
    void partsHaveAboutAsManyPages() {
        PfnSet kept = new PfnSet(1000);
        kept.add(0, 100);
        kept.add(900, 1000);
        assertThat(SplitPlan.of(kept, 2, 10)).containsExactly(new PfnRange(0, 100), new PfnRange(100, 1000));
        assertThat(SplitPlan.of(kept, 4, 10))
                .containsExactly(
                        new PfnRange(0, 50), new PfnRange(50, 100), new PfnRange(100, 950), new PfnRange(950, 1000));
    }

    /** Whatever there is room for is readable, urgent pages first, and the file says that it is not all. */
    @ParameterizedTest
    @ValueSource(ints = {500 << 10, 1 << 20, 10 << 20})
    void whatFitsIsReadable(int bytes) throws IOException {
        try (MemoryImage image = reference();
                Workers workers = new Workers(2)) {
            KdumpWriter.Content content = content(image, 0, Compression.NONE);
            PfnSet urgent = new PfnSet(image.pfnLimit());
            urgent.add(0x3000, 0x3010);
            Room room = new Room(bytes);
            KdumpWriter.Written written =
                    new KdumpWriter(workers).whatFits(content, List.of(urgent), room, Progress.NONE);
            assertThat(written.pages()).isBetween(1L, content.kept().size() - 1);
            try (KdumpFile read = new KdumpFile(ByteSource.of("written", room.file()))) {
                assertThat(read.incomplete()).isTrue();
                PfnSet there = new PfnSet(image.pfnLimit());
                for (long pfn = read.nextReadable(0); pfn >= 0; pfn = read.nextReadable(pfn + 1)) {
                    there.add(pfn);
                }
                assertThat(there.size()).isEqualTo(written.pages());
                for (long pfn = 0x3000; pfn < 0x3010; pfn += 2) {
                    assertThat(there.has(pfn)).as("urgent frame %x", pfn).isTrue();
                }
                ByteBuffer expected = ByteBuffer.allocate(PAGE);
                ByteBuffer found = ByteBuffer.allocate(PAGE);
                for (long pfn = there.next(0); pfn >= 0; pfn = there.next(pfn + 1)) {
                    image.read(pfn, expected.clear());
                    read.read(pfn, found.clear());
                    assertThat(found.flip()).as("frame %x", pfn).isEqualTo(expected.flip());
                }
            }
        }
    }

    /** Descriptors of urgent pages do not follow each other: none may be written before its page is. */
    @Test
    void whatFitsHasNoDescriptorWithoutItsPage() throws IOException {
        try (MemoryImage image = reference();
                Workers workers = new Workers(2)) {
            KdumpWriter.Content content = content(image, 0, Compression.NONE);
            PfnSet urgent = new PfnSet(image.pfnLimit());
            for (long pfn = 0; pfn < image.pfnLimit(); pfn += 3) {
                urgent.add(pfn);
            }
            Room room = new Room(1 << 20);
            KdumpWriter.Written written =
                    new KdumpWriter(workers).whatFits(content, List.of(urgent), room, Progress.NONE);
            try (KdumpFile read = new KdumpFile(ByteSource.of("written", room.file()))) {
                PfnSet there = new PfnSet(image.pfnLimit());
                for (long pfn = read.nextReadable(0); pfn >= 0; pfn = read.nextReadable(pfn + 1)) {
                    there.add(pfn);
                }
                assertThat(there.size()).isEqualTo(written.pages());
                assertSamePages(read, image, there);
            }
        }
    }

    /** Who reads an incomplete file has to know what was erased of it, too. */
    @Test
    void whatFitsTellsWhatWasErased() throws IOException {
        try (MemoryImage image = reference();
                Workers workers = new Workers(1)) {
            KdumpWriter.Content plain = content(image, 1, Compression.NONE);
            byte[] erased = "erase secret size 4\n".getBytes(StandardCharsets.US_ASCII);
            KdumpWriter.Content content = new KdumpWriter.Content(
                    image,
                    plain.existing(),
                    plain.kept(),
                    1,
                    Compression.NONE,
                    new byte[390],
                    0,
                    0,
                    KdumpWriter.Vmemmap.WHOLE,
                    erased);
            Room room = new Room(1 << 20);
            new KdumpWriter(workers).whatFits(content, List.of(), room, Progress.NONE);
            try (KdumpFile read = new KdumpFile(ByteSource.of("written", room.file()))) {
                assertThat(read.incomplete()).isTrue();
                assertThat(read.eraseInfo()).isEqualTo(ByteBuffer.wrap(erased));
            }
        }
    }

    /** The last part is empty, and begins where memory ends: at 4 GiB, as on many machines. */
    @Test
    void aPartMayBeginWhereMemoryEnds() throws IOException {
        byte[] page = new byte[PAGE];
        try (MemoryImage image = DumpBuilder.core(Target.X86_64)
                        .note("CORE", 1, new byte[336])
                        .load((1L << 32) - PAGE, page)
                        .open();
                Workers workers = new Workers(1)) {
            PfnSet kept = new PfnSet(1 << 20);
            kept.add((1 << 20) - 1);
            KdumpWriter.Content content =
                    new KdumpWriter.Content(image, kept, kept, 0, Compression.NONE, new byte[390], 0, 0);
            List<KdumpFile> parts = new ArrayList<>();
            for (PfnRange range : List.of(new PfnRange(0, 1 << 20), new PfnRange(1 << 20, 1 << 20))) {
                Room room = new Room(1 << 20);
                new KdumpWriter(workers).part(content, range, room, Progress.NONE);
                parts.add(new KdumpFile(ByteSource.of("part", room.file())));
            }
            Room whole = new Room(1 << 20);
            KdumpReassembly.write(parts, whole, Progress.NONE);
            assertThat(whole.file().mismatch(kdump(content, 1, 64))).isEqualTo(-1);
        }
    }

    @Test
    void withoutRoomForHeadersThereIsNoFile() throws IOException {
        try (MemoryImage image = reference();
                Workers workers = new Workers(1)) {
            KdumpWriter.Content content = content(image, 0, Compression.NONE);
            assertThatThrownBy(() ->
                            new KdumpWriter(workers).whatFits(content, List.of(), new Room(100 << 10), Progress.NONE))
                    .isInstanceOf(NoSpaceException.class);
        }
    }

    /** Of the gaps of 300 to 1000 pages those are filled that cost least. */
    @Test
    void loadsAreAtMostSoMany() throws IOException {
        try (MemoryImage image = reference()) {
            ElfWriter all = new ElfWriter(image, kept(image));
            assertThat(all.loads()).isEqualTo(2 + 8);
            for (int most : List.of(9, 5, 2)) {
                ElfWriter writer = new ElfWriter(image, kept(image), image.notes(), ElfWriter.State.COMPLETE, most);
                assertThat(writer.loads()).isEqualTo(most);
                int filled = all.loads() - most;
                assertThat(writer.frames() - all.frames()).isEqualTo(100L * (3 + filled + 2) * filled / 2);
            }
            assertThatThrownBy(() -> new ElfWriter(image, kept(image), image.notes(), ElfWriter.State.COMPLETE, 1))
                    .hasMessage("built: at most 1 segments are asked for, it has 2 itself");
        }
    }
}
