package org.kjump.vmcore.kdump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;

/** Kdump-compressed files, byte by byte: offsets are those of the format, not of the layouts under test. */
class KdumpTest {
    private static final int PAGE = 4096;
    /** Descriptors of files with one block of notes and two of bitmaps. */
    private static final int DESCRIPTORS = 4 * PAGE;

    private static final int ZERO = 2;
    private static final int TEXT = 3;
    private static final int NOISE = 4;
    private static final int ZERO_TOO = 5;
    private static final int DROPPED = 6;

    @SuppressWarnings("UnusedVariable") // for FieldSource
    private static final List<Target> TARGETS = List.of(Target.I386, Target.X86_64);

    /** Where members of the two headers are. */
    private record Offsets(
            int timestamp, int status, int blockSize, int cpus, int level, int info, int note, int limit) {
        static Offsets of(Target target) {
            return target.wordBytes() == 8
                    ? new Offsets(408, 424, 428, 460, PAGE + 8, PAGE + 32, PAGE + 48, PAGE + 96)
                    : new Offsets(404, 412, 416, 448, PAGE + 4, PAGE + 20, PAGE + 32, PAGE + 72);
        }
    }

    private static byte[] memory() {
        byte[] memory = new byte[5 * PAGE];
        Arrays.fill(memory, PAGE, 2 * PAGE, (byte) 'k');
        byte[] noise = new byte[PAGE];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, memory, 2 * PAGE, PAGE);
        memory[4 * PAGE] = 1;
        return memory;
    }

    /** Frames 2 to 6, of which the last is not kept. */
    private static ByteBuffer written(Target target, int level, Compression compression) throws IOException {
        try (MemoryImage image = DumpBuilder.core(target)
                        .note("CORE", 1, new byte[prstatus(target)])
                        .note("CORE", 1, new byte[prstatus(target)])
                        .vmcoreinfo("OSRELEASE=5.10.0\n")
                        .load(2 * PAGE, memory())
                        .open();
                FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            PfnSet existing = new PfnSet(7);
            existing.add(2, 7);
            PfnSet kept = existing.copy();
            kept.remove(DROPPED);
            byte[] utsname = new byte[390];
            System.arraycopy("Linux".getBytes(StandardCharsets.US_ASCII), 0, utsname, 0, 5);
            Path file = files.getPath("/out");
            try (ByteSink sink =
                    ByteSink.of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                KdumpWriter.write(
                        new KdumpWriter.Content(image, existing, kept, level, compression, utsname, 1227571200, 0),
                        sink,
                        Progress.NONE);
            }
            return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** The size of {@code struct elf_prstatus}. */
    private static int prstatus(Target target) {
        return target.wordBytes() == 8 ? 336 : 144;
    }

    private static KdumpFile open(ByteBuffer file) {
        return new KdumpFile(ByteSource.of("dump", file));
    }

    private static String text(ByteBuffer file, int offset, int length) {
        byte[] bytes = new byte[length];
        file.get(offset, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** The offset in the file and size of a page, of the n-th descriptor. */
    private static long offset(ByteBuffer file, int descriptor) {
        return file.getLong(DESCRIPTORS + 24 * descriptor);
    }

    private static int size(ByteBuffer file, int descriptor) {
        return file.getInt(DESCRIPTORS + 24 * descriptor + 8);
    }

    private static int flags(ByteBuffer file, int descriptor) {
        return file.getInt(DESCRIPTORS + 24 * descriptor + 12);
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void theHeadersAreThoseOfTheMachine(Target target) throws IOException {
        ByteBuffer file = written(target, 31, Compression.ZLIB);
        Offsets at = Offsets.of(target);
        assertThat(text(file, 0, 8)).isEqualTo("KDUMP   ");
        assertThat(file.getInt(8)).as("version").isEqualTo(6);
        assertThat(text(file, 12, 5)).isEqualTo("Linux");
        assertThat(file.getInt(at.timestamp())).isEqualTo(1227571200);
        assertThat(file.getInt(at.status())).as("zlib").isEqualTo(1);
        assertThat(file.getInt(at.blockSize())).isEqualTo(PAGE);
        assertThat(file.getInt(at.blockSize() + 4)).as("sub_hdr_size").isEqualTo(1);
        assertThat(file.getInt(at.blockSize() + 8)).as("bitmap_blocks").isEqualTo(2);
        assertThat(file.getInt(at.blockSize() + 12)).as("max_mapnr").isEqualTo(7);
        assertThat(file.getInt(at.cpus())).isEqualTo(2);
        assertThat(file.getInt(at.level())).isEqualTo(31);
        int sub = target.wordBytes() == 8 ? 104 : 80;
        int notes = 2 * (12 + 8 + prstatus(target));
        // 12 + 12 + 17 bytes, padded, for the text.
        assertThat(file.getLong(at.note())).isEqualTo(PAGE + sub);
        assertThat(file.getInt(at.note() + 8)).isEqualTo(notes + 44);
        assertThat(file.getLong(at.info())).isEqualTo(PAGE + sub + notes + 24);
        assertThat(text(file, PAGE + sub + notes + 24, file.getInt(at.info() + 8)))
                .isEqualTo("OSRELEASE=5.10.0\n");
        assertThat(file.getLong(at.limit())).isEqualTo(7);
        assertThat(file.get(2 * PAGE)).as("first bitmap").isEqualTo((byte) 0b1111100);
        assertThat(file.get(3 * PAGE)).as("second bitmap").isEqualTo((byte) 0b0111100);
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void zeroPagesShareABlockInFrontOfTheOthers(Target target) throws IOException {
        ByteBuffer file = written(target, 1, Compression.NONE);
        int first = DESCRIPTORS + 4 * 24;
        assertThat(offset(file, 0)).isEqualTo(first);
        assertThat(offset(file, 1)).isEqualTo(first + PAGE);
        assertThat(offset(file, 2)).isEqualTo(first + 2 * PAGE);
        assertThat(offset(file, 3)).isEqualTo(first);
        assertThat(file.capacity()).isEqualTo(first + 3 * PAGE);
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void withoutLevel1EachZeroPageIsStored(Target target) throws IOException {
        ByteBuffer file = written(target, 0, Compression.NONE);
        assertThat(file.capacity()).isEqualTo(DESCRIPTORS + 4 * 24 + 4 * PAGE);
        assertThat(offset(file, 3)).isEqualTo(DESCRIPTORS + 4 * 24 + 3 * PAGE);
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void aPageThatZlibMakesSmallerIsFlagged(Target target) throws IOException, DataFormatException {
        ByteBuffer file = written(target, 1, Compression.ZLIB);
        assertThat(flags(file, 1)).isEqualTo(1);
        assertThat(size(file, 1)).isLessThan(PAGE);
        byte[] packed = new byte[size(file, 1)];
        file.get((int) offset(file, 1), packed);
        Inflater inflater = new Inflater();
        inflater.setInput(packed);
        byte[] page = new byte[PAGE + 1];
        assertThat(inflater.inflate(page)).isEqualTo(PAGE);
        inflater.end();
        assertThat(page).startsWith('k', 'k');
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void aPageThatZlibMakesNoSmallerIsStoredAsItIs(Target target) throws IOException {
        ByteBuffer file = written(target, 1, Compression.ZLIB);
        assertThat(flags(file, 2)).isZero();
        assertThat(size(file, 2)).isEqualTo(PAGE);
        byte[] page = new byte[PAGE];
        file.get((int) offset(file, 2), page);
        assertThat(page).isEqualTo(Arrays.copyOfRange(memory(), 2 * PAGE, 3 * PAGE));
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void whatIsWrittenIsRead(Target target) throws IOException {
        for (Compression compression : Compression.values()) {
            try (KdumpFile dump = open(written(target, 31, compression))) {
                assertThat(dump.target()).isEqualTo(target);
                assertThat(dump.level()).isEqualTo(31);
                assertThat(dump.incomplete()).isFalse();
                assertThat(dump.crashTime()).isEqualTo(1227571200);
                assertThat(new String(dump.utsname(), 0, 5, StandardCharsets.US_ASCII))
                        .isEqualTo("Linux");
                assertThat(dump.pfnLimit()).isEqualTo(7);
                assertThat(dump.notes()).extracting(Note::name).containsExactly("CORE", "CORE", "VMCOREINFO");
                assertThat(dump.state(1)).isEqualTo(PageState.ABSENT);
                assertThat(dump.state(DROPPED)).isEqualTo(PageState.EXCLUDED);
                assertThat(dump.state(7)).isEqualTo(PageState.ABSENT);
                for (int pfn : new int[] {ZERO, TEXT, NOISE, ZERO_TOO}) {
                    assertThat(page(dump, pfn))
                            .as("frame %d", pfn)
                            .isEqualTo(Arrays.copyOfRange(memory(), (pfn - 2) * PAGE, (pfn - 1) * PAGE));
                }
            }
        }
    }

    private static byte[] page(MemoryImage image, long pfn) {
        byte[] page = new byte[PAGE];
        assertThat(image.read(pfn, ByteBuffer.wrap(page))).isEqualTo(PageState.PRESENT);
        return page;
    }

    /** Without space left, the tool marks the file and leaves the last descriptors as they are: zeros. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void ofAnIncompleteFileTheLostPagesAreTold(Target target) throws IOException {
        ByteBuffer file = written(target, 1, Compression.NONE);
        file.putInt(Offsets.of(target).status(), 8);
        file.putLong(DESCRIPTORS + 24 * 2, 0);
        try (KdumpFile dump = open(file)) {
            assertThat(dump.incomplete()).isTrue();
            assertThat(page(dump, TEXT)).startsWith('k');
            assertThatThrownBy(() -> page(dump, NOISE))
                    .isInstanceOf(VmcoreException.class)
                    .hasMessage("dump: page frame 0x4 was lost: the dump is incomplete");
        }
    }

    /** Old files: fewer members in the sub header. What is in place of the others is not read. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void anOldVersionHasNoNotesAndNarrowFrameNumbers(Target target) throws IOException {
        ByteBuffer file = written(target, 1, Compression.NONE);
        file.putInt(8, 3);
        file.putLong(Offsets.of(target).limit(), -1);
        try (KdumpFile dump = open(file)) {
            assertThat(dump.notes()).isEmpty();
            assertThat(dump.pfnLimit()).isEqualTo(7);
            assertThat(dump.level()).isEqualTo(1);
        }
        file.putInt(8, 0);
        try (KdumpFile dump = open(file)) {
            assertThat(dump.level()).isZero();
        }
    }

    /** Half as many bitmap blocks as frames need for two: there is one, which serves as both. */
    @Test
    void anOldFileHasOneBitmap() throws IOException {
        int blocks = 3;
        ByteBuffer file =
                ByteBuffer.allocate((2 + blocks) * PAGE + 2 * 24 + PAGE).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, "KDUMP   ".getBytes(StandardCharsets.US_ASCII)).putInt(8, 6);
        file.putInt(428, PAGE).putInt(432, 1).putInt(436, blocks).putInt(440, 2 * 8 * PAGE);
        file.putLong(PAGE + 96, 2 * 8 * PAGE);
        file.put(2 * PAGE, (byte) 1).put(2 * PAGE + PAGE + 7, (byte) 2);
        int descriptors = (2 + blocks) * PAGE;
        for (int i = 0; i < 2; i++) {
            file.putLong(descriptors + 24 * i, descriptors + 48).putInt(descriptors + 24 * i + 8, PAGE);
        }
        file.put(descriptors + 48, (byte) 'x');
        try (KdumpFile dump = open(file)) {
            assertThat(dump.state(0)).isEqualTo(PageState.PRESENT);
            assertThat(dump.state(1)).isEqualTo(PageState.ABSENT);
            long last = 8 * (PAGE + 7) + 1;
            assertThat(page(dump, last)).startsWith('x');
        }
    }

    @Test
    void aPageWithAnUnknownCodecIsTold() throws IOException {
        ByteBuffer file = written(Target.X86_64, 1, Compression.NONE);
        file.putInt(DESCRIPTORS + 24 + 12, 0x40);
        try (KdumpFile dump = open(file)) {
            assertThatThrownBy(() -> page(dump, TEXT))
                    .isInstanceOf(VmcoreException.class)
                    .hasMessageStartingWith("dump: page frame 0x3: flags:")
                    .hasMessageEndingWith("64 found");
        }
    }

    @Test
    void aDamagedPageIsToldWithItsPlace() throws IOException {
        ByteBuffer file = written(Target.X86_64, 1, Compression.ZLIB);
        file.putShort((int) offset(file, 1), (short) 0x1234);
        try (KdumpFile dump = open(file)) {
            assertThatThrownBy(() -> page(dump, TEXT))
                    .isInstanceOf(VmcoreException.class)
                    .hasMessageStartingWith("dump: page frame 0x3 at offset " + offset(file, 1));
        }
    }

    @Test
    void aMachineWithoutAKnownLayoutIsRefused() {
        Target superH = new Target(42, 4, ByteOrder.BIG_ENDIAN, 12);
        assertThatThrownBy(() -> written(superH, 0, Compression.NONE))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("machine 42");
    }
}
