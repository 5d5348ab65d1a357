package org.kjump.vmcore.kdump;

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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;

class KdumpSetTest {
    private static final int LIMIT = 200;
    /** The fourth part is empty. */
    private static final long[] ENDS = {10, 64, 65, 65, 150, 180};

    private static Map<Long, byte[]> pages() {
        Map<Long, byte[]> pages = new TreeMap<>();
        for (long pfn = 3; pfn < LIMIT; pfn++) {
            if (pfn % 7 != 0) {
                pages.put(pfn, pfn % 5 == 0 ? new byte[4096] : Contents.text(pfn, 4096));
            }
        }
        return pages;
    }

    private static KdumpBuilder described(Abi abi, ByteOrder order) {
        KdumpBuilder file = KdumpBuilder.file(abi, order)
                .level(31)
                .vmcoreinfo("OSRELEASE=5.10.0\n")
                .limit(LIMIT);
        pages().forEach((pfn, bytes) -> file.page(pfn, bytes, Compression.ZLIB));
        return file;
    }

    private static KdumpFile open(int number, byte[] part) {
        return new KdumpFile(ByteSource.of("part" + number, ByteBuffer.wrap(part)));
    }

    /** In an order that is not that of the frames. */
    private static List<KdumpFile> shuffled(List<byte[]> parts) {
        List<KdumpFile> files = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            files.add(open(i, parts.get(i)));
        }
        Collections.shuffle(files, new Random(4));
        return files;
    }

    private static byte[] reassembled(List<KdumpFile> parts) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = files.getPath("/out");
            try (ByteSink sink =
                    ByteSink.of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                KdumpReassembly.write(parts, sink, Progress.NONE);
            }
            return Files.readAllBytes(file);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sevenPartsAreOneDump(Abi abi) {
        try (KdumpSet dump =
                new KdumpSet(shuffled(described(abi, ByteOrder.LITTLE_ENDIAN).split(ENDS)))) {
            assertThat(dump.parts()).hasSize(7);
            assertThat(dump.pfnLimit()).isEqualTo(LIMIT);
            assertThat(dump.notes()).hasSize(1);
            assertThat(dump.state(65)).isEqualTo(PageState.PRESENT);
            assertThat(dump.state(LIMIT)).isEqualTo(PageState.ABSENT);
            Contents.assertHas(dump, pages());
        }
    }

    /** Frames of other parts are excluded from a part, as other readers say. */
    @Test
    void aPartAloneIsRead() {
        List<byte[]> parts = described(Abi.WIDE, ByteOrder.BIG_ENDIAN).split(ENDS);
        try (KdumpFile dump = open(1, parts.get(1))) {
            Map<Long, byte[]> expected = pages();
            expected.keySet().removeIf(pfn -> pfn < 10 || pfn >= 64);
            assertThat(dump.state(9)).isEqualTo(PageState.EXCLUDED);
            assertThat(dump.state(64)).isEqualTo(PageState.EXCLUDED);
            assertThat(dump.read(64, ByteBuffer.allocate(4096))).isEqualTo(PageState.EXCLUDED);
            Contents.assertHas(dump, expected);
        }
    }

    @Test
    void aMissingPartIsToldByItsFrames() {
        for (int missing : new int[] {0, 4, 6}) {
            List<byte[]> parts =
                    new ArrayList<>(described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).split(ENDS));
            parts.remove(missing);
            assertThatThrownBy(() -> new KdumpSet(shuffled(parts)))
                    .isInstanceOf(VmcoreException.class)
                    .hasMessageStartingWith("There is not dumpfile corresponding to pfn 0x%x - 0x%x."
                            .formatted(missing == 0 ? 0 : ENDS[missing - 1], missing == 6 ? LIMIT : ENDS[missing]));
        }
    }

    @Test
    void filesThatDoNotBelongTogetherAreTold() {
        List<byte[]> parts = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).split(100);
        byte[] other = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .machine("x86_64")
                .split(100)
                .get(1);
        byte[] whole = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).bytes();
        assertThatThrownBy(() -> new KdumpSet(List.of(open(1, parts.get(0)), open(2, other))))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("part2: Invalid dumpfile: a part of the same dump as part1 expected, another found");
        assertThatThrownBy(() -> new KdumpSet(List.of(open(1, parts.get(0)), open(2, whole))))
                .hasMessage("part2: a part of a split dump expected, a whole dump found");
        assertThatThrownBy(() -> new KdumpSet(List.of(open(1, parts.get(0)), open(2, parts.get(0)))))
                .hasMessage("part2: page frames 0x0 to 0x63 are in another part as well");
        assertThatThrownBy(() -> new KdumpSet(List.of())).isInstanceOf(VmcoreException.class);
    }

    @ParameterizedTest
    @EnumSource
    void reassembledPartsAreTheFileThatWasNotSplit(Abi abi) throws IOException {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (int level : new int[] {30, 31}) {
                KdumpBuilder file = described(abi, order).level(level);
                assertThat(reassembled(shuffled(file.split(ENDS)))).isEqualTo(file.bytes());
            }
        }
    }

    /** Version 2 has notes where later versions have more of the sub header. */
    @Test
    void partsOfAnOldVersionAreReassembled() throws IOException {
        KdumpBuilder file = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).version(2);
        assertThat(reassembled(shuffled(file.split(ENDS)))).isEqualTo(file.bytes());
    }

    @Test
    void whatPartsHaveErasedIsToldOneBehindTheOther() throws IOException {
        List<byte[]> first = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .erased("erase a 1\n")
                .split(100);
        List<byte[]> second = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .erased("erase b 2\n")
                .split(100);
        byte[] expected = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .erased("erase a 1\nerase b 2\n")
                .bytes();
        assertThat(reassembled(List.of(open(2, second.get(1)), open(1, first.get(0)))))
                .isEqualTo(expected);
    }

    @Test
    void aPartThatIsIncompleteMakesTheFileIncomplete() throws IOException {
        List<byte[]> whole = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).split(100);
        KdumpBuilder cut =
                described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).lost(198).lost(199);
        assertThat(reassembled(
                        List.of(open(1, whole.get(0)), open(2, cut.split(100).get(1)))))
                .isEqualTo(cut.bytes());
        try (KdumpSet dump = new KdumpSet(
                List.of(open(1, whole.get(0)), open(2, cut.split(100).get(1))))) {
            assertThat(dump.incomplete()).isTrue();
            assertThatThrownBy(() -> dump.read(199, ByteBuffer.allocate(4096)))
                    .hasMessage("part2: page frame 0xc7 was lost: the dump is incomplete");
        }
    }

    /** Written by the C tool: three parts, and the file without splitting. */
    @Test
    void partsOfTheCToolAreReassembledToItsFile() throws IOException {
        List<KdumpFile> parts = new ArrayList<>();
        for (int part : new int[] {2, 3, 1}) {
            parts.add(new KdumpFile(ByteSource.open(Samples.file("i386-mini", "out/d31.split" + part))));
        }
        assertThat(reassembled(parts)).isEqualTo(Files.readAllBytes(Samples.file("i386-mini", "out/d31.zlib")));
        parts.forEach(KdumpFile::close);
    }

    /** The C tool's second of three parts, in which there is no page. */
    @Test
    void anEmptyPartOfTheCToolIsRead() throws IOException {
        try (KdumpFile part = new KdumpFile(ByteSource.open(Samples.file("i386-mini", "out/d31.splitdef2")))) {
            assertThat(part.isPart()).isTrue();
            assertThat(part.nextReadable(0)).isEqualTo(-1);
        }
    }
}
