package org.kjump.vmcore.kdump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.codec.Compression;

/** Kdump-compressed files of all versions, layouts and byte orders, as their descriptions say. */
class KdumpFormsTest {
    private static final int PAGES = 300;

    record Form(Abi abi, ByteOrder order, int version, int block) {}

    static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (Abi abi : Abi.values()) {
            for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                for (int version = 0; version <= 6; version++) {
                    forms.add(new Form(abi, order, version, version == 5 ? 65536 : version == 3 ? 16384 : 4096));
                }
            }
        }
        return forms;
    }

    /** Pages of every codec, zeros among them, with gaps. */
    private static Map<Long, byte[]> pages(int block) {
        Map<Long, byte[]> pages = new TreeMap<>();
        for (long pfn = 2; pfn < PAGES; pfn++) {
            if (pfn % 37 != 0) {
                pages.put(
                        pfn,
                        pfn % 11 < 4
                                ? new byte[block]
                                : pfn % 5 == 0 ? Contents.noise(pfn, block) : Contents.text(pfn, block));
            }
        }
        return pages;
    }

    private static KdumpBuilder described(KdumpBuilder file, Map<Long, byte[]> pages) {
        Compression[] codecs = Compression.values();
        pages.forEach((pfn, bytes) -> file.page(pfn, bytes, codecs[(int) (pfn / 8 % codecs.length)]));
        return file;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyVersionLayoutAndByteOrderIsRead(Form form) {
        Map<Long, byte[]> pages = pages(form.block());
        try (KdumpFile dump = new KdumpFile(described(
                        KdumpBuilder.file(form.abi(), form.order())
                                .version(form.version())
                                .block(form.block())
                                .level(1)
                                .excluded(74)
                                .note("OTHER", 7, new byte[5])
                                .vmcoreinfo("OSRELEASE=5.10.0\n"),
                        pages)
                .source())) {
            assertThat(dump.target().order()).isEqualTo(form.order());
            assertThat(dump.target().pageSize()).isEqualTo(form.block());
            assertThat(dump.pfnLimit()).isEqualTo(PAGES);
            assertThat(dump.level()).isEqualTo(form.version() >= 1 ? 1 : 0);
            assertThat(dump.crashTime()).isEqualTo(1227571200);
            assertThat(dump.notes())
                    .extracting(Note::name)
                    .isEqualTo(form.version() >= 4 ? List.of("OTHER", "VMCOREINFO") : List.of());
            assertThat(dump.state(74)).isEqualTo(PageState.EXCLUDED);
            assertThat(dump.state(37)).isEqualTo(PageState.ABSENT);
            assertThat(dump.state(-1)).isEqualTo(PageState.ABSENT);
            assertThat(dump.state(PAGES)).isEqualTo(PageState.ABSENT);
            Contents.assertHas(dump, pages);
        }
    }

    /** What uname -m says on the machine; e_machine of elf.h. */
    @ParameterizedTest
    @CsvSource({
        "i686, I386, L, 3, 4",
        "i386, I386, L, 3, 4",
        "x86_64, WIDE, L, 62, 8",
        "armv7l, ALIGNED_32, L, 40, 4",
        "armv5tejl, ALIGNED_32, L, 40, 4",
        "aarch64, WIDE, L, 183, 8",
        "ppc, ALIGNED_32, B, 20, 4",
        "ppc64, WIDE, B, 21, 8",
        "ppc64le, WIDE, L, 21, 8",
        "s390x, WIDE, B, 22, 8",
        "riscv64, WIDE, L, 243, 8",
        "loongarch64, WIDE, L, 258, 8",
        "mips, ALIGNED_32, B, 8, 4",
        "mips64, WIDE, B, 8, 8",
        // QEMU: the headers of a 64-bit machine for an i386 guest, those of i386 for an ARM one
        "i686, WIDE, L, 3, 4",
        "armv7l, I386, L, 40, 4",
        // no name: level 0 without VMCOREINFO
        "'', I386, L, 3, 4",
        "'', WIDE, L, 62, 8",
        "'', WIDE, B, 0, 8",
        "'', ALIGNED_32, L, 0, 4",
        "z80, WIDE, L, 0, 8"
    })
    void theHeaderNamesTheMachine(String name, Abi abi, char order, int machine, int wordBytes) {
        ByteOrder expected = order == 'B' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        try (KdumpFile dump = new KdumpFile(KdumpBuilder.file(abi, expected)
                .machine(name)
                .vmcoreinfo("OSRELEASE=5.10.0\n")
                .page(5, new byte[] {1}, Compression.NONE)
                .source())) {
            assertThat(dump.target()).isEqualTo(new Target(machine, wordBytes, expected, 12));
            assertThat(dump.notes()).hasSize(1);
        }
    }

    /** Sizes of struct elf_prstatus. QEMU calls the i386 guest of qemu-system-x86_64 by the emulator's name. */
    @ParameterizedTest
    @CsvSource({
        "x86_64, 144, 3, 4",
        "x86_64, 336, 62, 8",
        "'', 392, 183, 8",
        "'', 144, 3, 4",
        "'', 504, 21, 8",
        "Unknown, 148, 40, 4"
    })
    void theRegistersTellTheMachineWhereTheNameDoesNot(String name, int size, int machine, int wordBytes) {
        try (KdumpFile dump = new KdumpFile(KdumpBuilder.file(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .machine(name)
                .note("CORE", 1, new byte[size])
                .page(5, new byte[] {1}, Compression.NONE)
                .source())) {
            assertThat(dump.target()).isEqualTo(new Target(machine, wordBytes, ByteOrder.LITTLE_ENDIAN, 12));
        }
    }

    /** QEMU has blocks of 64 KiB for an arm64 guest, whatever its pages; what the guest says of itself counts. */
    @Test
    void blocksMayHaveSeveralPages() {
        Map<Long, byte[]> blocks = new TreeMap<>();
        Map<Long, byte[]> pages = new TreeMap<>();
        for (long number : new long[] {2, 3, 6}) {
            byte[] block = number == 3 ? new byte[65536] : Contents.text(number, 65536);
            blocks.put(number, block);
            for (int i = 0; i < 16; i++) {
                pages.put(16 * number + i, Arrays.copyOfRange(block, 4096 * i, 4096 * (i + 1)));
            }
        }
        KdumpBuilder file = KdumpBuilder.file(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .machine("Unknown")
                .block(65536)
                .level(1)
                .note("CORE", 1, new byte[392])
                .vmcoreinfo("PAGESIZE=4096\n")
                .excluded(4);
        try (KdumpFile dump = new KdumpFile(described(file, blocks).source())) {
            assertThat(dump.target()).isEqualTo(new Target(183, 8, ByteOrder.LITTLE_ENDIAN, 12));
            assertThat(dump.pfnLimit()).isEqualTo(7 * 16);
            assertThat(dump.state(2 * 16 - 1)).isEqualTo(PageState.ABSENT);
            assertThat(dump.state(4 * 16 + 5)).isEqualTo(PageState.EXCLUDED);
            assertThat(dump.nextReadable(2 * 16 + 3)).isEqualTo(2 * 16 + 3);
            Contents.assertHas(dump, pages);
            ByteBuffer some = ByteBuffer.allocate(7 * 4096);
            dump.read(2 * 16 + 12, 7, some);
            assertThat(some.slice(4096, 4096)).isEqualTo(ByteBuffer.wrap(Contents.text(2, 65536), 13 * 4096, 4096));
        }
    }

    /** Up to half a block of bits, and a whole one. */
    @ParameterizedTest
    @ValueSource(longs = {10, 100, 8 * 2048, 8 * 4096, 8 * 4096 + 1})
    void anOldFileWithOneBitmapHasThePagesThatItSays(long limit) {
        Map<Long, byte[]> pages = Map.of(5L, Contents.text(5, 4096), 9L, Contents.text(9, 4096));
        KdumpBuilder file = KdumpBuilder.file(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .version(1)
                .oneBitmap()
                .limit(limit);
        pages.forEach((pfn, bytes) -> file.page(pfn, bytes, Compression.ZLIB));
        try (KdumpFile dump = new KdumpFile(file.source())) {
            assertThat(dump.pfnLimit()).isEqualTo(limit);
            Contents.assertHas(dump, pages);
        }
    }

    @Test
    void lostPagesAreExcludedAndToldWhenRead() {
        Map<Long, byte[]> pages = new TreeMap<>(pages(4096));
        KdumpBuilder file = described(KdumpBuilder.file(Abi.WIDE, ByteOrder.LITTLE_ENDIAN), pages);
        for (long pfn = 250; pfn < PAGES; pfn++) {
            if (pages.remove(pfn) != null) {
                file.lost(pfn);
            }
        }
        try (KdumpFile dump = new KdumpFile(file.source())) {
            assertThat(dump.incomplete()).isTrue();
            assertThat(dump.state(249)).isEqualTo(PageState.PRESENT);
            assertThat(dump.state(250)).isEqualTo(PageState.EXCLUDED);
            assertThat(dump.nextReadable(250)).isEqualTo(-1);
            Contents.assertHas(dump, pages);
            for (int count : new int[] {1, 3}) {
                assertThatThrownBy(() -> dump.read(249 + 2 - count, count, ByteBuffer.allocate(count * 4096)))
                        .isInstanceOf(VmcoreException.class)
                        .hasMessage("built: page frame 0xfa was lost: the dump is incomplete");
            }
        }
    }

    @Test
    void whatWasErasedIsTold() {
        try (KdumpFile dump = new KdumpFile(KdumpBuilder.file(Abi.ALIGNED_32, ByteOrder.BIG_ENDIAN)
                .page(1, new byte[] {1}, Compression.NONE)
                .erased("erase jiffies 4\n")
                .source())) {
            byte[] text = new byte[16];
            dump.eraseInfo().get(text);
            assertThat(text).asString().isEqualTo("erase jiffies 4\n");
        }
    }
}
