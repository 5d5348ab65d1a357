package org.kjump.vmcore.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.io.ByteSource;

class ElfCoreTest {
    @SuppressWarnings("UnusedVariable") // for FieldSource
    private static final List<Target> TARGETS = List.of(
            Target.I386,
            Target.X86_64,
            new Target(20, 4, ByteOrder.BIG_ENDIAN, 12),
            new Target(22, 8, ByteOrder.BIG_ENDIAN, 12));

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] page(MemoryImage image, long pfn, PageState expected) {
        ByteBuffer page = ByteBuffer.allocate(4096);
        assertThat(image.read(pfn, page)).isEqualTo(expected);
        byte[] bytes = new byte[page.position()];
        page.flip().get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void bothClassesAndByteOrdersAreRead(Target target) {
        try (ElfCore core = DumpBuilder.core(target)
                .note("CORE", 1, new byte[] {9})
                .load(0x3000, 0x7000, filled(4096, 5), 0x2000)
                .open()) {
            assertThat(core.target()).isEqualTo(target);
            assertThat(core.segments()).containsExactly(new Segment(0x3000, 0x7000, 0x1000, 0x2000));
            assertThat(core.notes()).extracting(Note::name).containsExactly("CORE");
            assertThat(core.pfnLimit()).isEqualTo(5);
            assertThat(page(core, 3, PageState.PRESENT)).isEqualTo(filled(4096, 5));
        }
    }

    /** A page behind {@code p_filesz} is known to exist, and left out; what no load speaks of does not exist. */
    @Test
    void pagesWithoutBytesAreExcludedOrAbsent() {
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .load(0x1000, 0, filled(4096, 1), 0x3000)
                .open()) {
            assertThat(core.state(0)).isEqualTo(PageState.ABSENT);
            assertThat(core.state(1)).isEqualTo(PageState.PRESENT);
            assertThat(core.state(3)).isEqualTo(PageState.EXCLUDED);
            assertThat(core.state(4)).isEqualTo(PageState.ABSENT);
            assertThat(page(core, 2, PageState.EXCLUDED)).isEmpty();
        }
    }

    @Test
    void aPageIsPutTogetherOfTheLoadsInItWithZerosBetween() {
        byte[] expected = new byte[4096];
        Arrays.fill(expected, 0x100, 0x200, (byte) 1);
        Arrays.fill(expected, 0x800, 0x1000, (byte) 2);
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .load(0x2800, filled(0x1000, 2))
                .load(0x2100, filled(0x100, 1))
                .open()) {
            assertThat(page(core, 2, PageState.PRESENT)).isEqualTo(expected);
            byte[] next = new byte[4096];
            Arrays.fill(next, 0, 0x800, (byte) 2);
            assertThat(page(core, 3, PageState.PRESENT)).isEqualTo(next);
        }
    }

    /** Old kexec-tools list the kernel's text twice; a load with bytes goes before one without. */
    @Test
    void ofLoadsThatOverlapTheFirstWithBytesCounts() {
        byte[] expected = filled(4096, 3);
        Arrays.fill(expected, 0, 0x800, (byte) 1);
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .load(0x1000, 0, filled(0x800, 1), 0x1000)
                .load(0x1000, filled(0x1000, 3))
                .load(0x1000, filled(0x1000, 4))
                .open()) {
            assertThat(page(core, 1, PageState.PRESENT)).isEqualTo(expected);
        }
    }

    /** Any stretches, in any order, against a map of all bytes. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void anyLoadsAreReadAsAMapOfBytes(Target target) {
        Random random = new Random(target.elfMachine());
        for (int round = 0; round < 20; round++) {
            int size = 16 * 4096;
            byte[] bytes = new byte[size];
            boolean[] stored = new boolean[size];
            boolean[] known = new boolean[size];
            DumpBuilder dump = DumpBuilder.core(target);
            for (int load = 0; load < 6; load++) {
                int start = random.nextInt(size);
                int length = Math.min(size - start, 1 + random.nextInt(3 * 4096));
                byte[] content = new byte[random.nextInt(length + 1)];
                random.nextBytes(content);
                dump.load(start, 0, content, length);
                for (int i = 0; i < length; i++) {
                    known[start + i] = true;
                    if (i < content.length && !stored[start + i]) {
                        stored[start + i] = true;
                        bytes[start + i] = content[i];
                    }
                }
            }
            try (ElfCore core = dump.open()) {
                for (int pfn = 0; pfn < 16; pfn++) {
                    int from = pfn * 4096;
                    PageState state = any(stored, from)
                            ? PageState.PRESENT
                            : any(known, from) ? PageState.EXCLUDED : PageState.ABSENT;
                    byte[] expected =
                            state == PageState.PRESENT ? Arrays.copyOfRange(bytes, from, from + 4096) : new byte[0];
                    assertThat(page(core, pfn, state))
                            .as("round %d, frame %d", round, pfn)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static boolean any(boolean[] bytes, int from) {
        for (int i = from; i < from + 4096; i++) {
            if (bytes[i]) {
                return true;
            }
        }
        return false;
    }

    /** The C tool looks for them behind the header whatever the header says. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void programHeadersAreWhereTheHeaderSays(Target target) {
        try (ElfCore core = DumpBuilder.core(target)
                .headersAt(1000)
                .load(0x1000, filled(4096, 1))
                .open()) {
            assertThat(core.state(1)).isEqualTo(PageState.PRESENT);
        }
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void theFirstSectionTellsHowManyHeadersThereAreWhenTheyAreMany(Target target) {
        DumpBuilder dump = DumpBuilder.core(target).countInSection();
        for (int i = 0; i < 70_000; i++) {
            dump.load(i * 4096L, 0, new byte[0], 4096);
        }
        try (ElfCore core = dump.open()) {
            assertThat(core.segments()).hasSize(70_000);
        }
    }

    /** QEMU: section headers first, e_ehsize 8, class 64 for an i386 guest, firmware that ends at 4 GiB. */
    @Test
    void whatAHypervisorWritesIsRead() {
        for (Target target : List.of(Target.I386, Target.X86_64)) {
            for (boolean many : new boolean[] {false, true}) {
                DumpBuilder dump = DumpBuilder.core(target)
                        .ofAHypervisor()
                        .vmcoreinfo("OSRELEASE=6.1.0\n")
                        .load(0, filled(2 * 4096, 1))
                        .load(0xfffff000L, filled(4096, 2));
                try (ElfCore core = (many ? dump.countInSection() : dump).open()) {
                    assertThat(core.target()).isEqualTo(target);
                    assertThat(core.notes()).hasSize(1);
                    Contents.assertHas(
                            core, Map.of(0L, filled(4096, 1), 1L, filled(4096, 1), 0xfffffL, filled(4096, 2)));
                }
            }
        }
    }

    /** A paging dump has a segment for each stretch of virtual memory: physical pages occur again and again. */
    @Test
    void seventyThousandSegmentsThatAliasEachOtherAreReadAtOnce() {
        DumpBuilder dump = DumpBuilder.core(Target.X86_64).ofAHypervisor().countInSection();
        Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);
        ram.scribble(0, 64);
        for (int i = 0; i < 70_000; i++) {
            // Each with a part of what another has.
            dump.load(ram, (i * 8 % 63) * 4096L, i * 8192L, i < 63 ? 2 * 4096 : 0, 2 * 4096);
        }
        Map<Long, byte[]> pages = new HashMap<>();
        for (long pfn = 0; pfn < 64; pfn++) {
            ByteBuffer page = ByteBuffer.allocate(4096);
            ram.read(pfn * 4096, page);
            pages.put(pfn, page.array());
        }
        long begun = System.nanoTime();
        try (ElfCore core = dump.open()) {
            assertThat(core.segments()).hasSize(70_000);
            assertThat(core.pfnLimit()).isEqualTo(64);
            Contents.assertHas(core, pages);
        }
        assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16384, 65536})
    void pagesAreAsLargeAsVmcoreInfoSays(int size) {
        byte[] memory = Contents.noise(size, 3 * size);
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .vmcoreinfo("OSRELEASE=6.1.0\nPAGESIZE=%d\n".formatted(size))
                .vmcoreinfo("PAGESIZE=8192\n")
                .load(size, memory)
                .open()) {
            assertThat(core.target().pageSize()).isEqualTo(size);
            assertThat(core.pfnLimit()).isEqualTo(4);
            Contents.assertHas(
                    core,
                    Map.of(
                            1L, Arrays.copyOf(memory, size),
                            2L, Arrays.copyOfRange(memory, size, 2 * size),
                            3L, Arrays.copyOfRange(memory, 2 * size, 3 * size)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-4096", "5000", "131072", "2048", "4096x", "99999999999999999999"})
    void aPageSizeThatIsNoneIsPassedOver(String size) {
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .vmcoreinfo("PAGESIZE=" + size + "\n")
                .load(0, filled(4096, 1))
                .open()) {
            assertThat(core.target().pageSize()).isEqualTo(4096);
        }
    }

    @Test
    void aCoreWithoutNotesIsRead() {
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .withoutNotes()
                .load(0x1000, filled(4096, 3))
                .open()) {
            assertThat(core.notes()).isEmpty();
            Contents.assertHas(core, Map.of(1L, filled(4096, 3)));
        }
    }

    /** Its writer ran out of space: headers tell of loads that were never written. */
    @Test
    void ofAnIncompleteCoreTheLostPagesAreExcluded() {
        byte[] file = DumpBuilder.core(Target.X86_64)
                .incomplete()
                .load(0x1000, filled(2 * 4096, 1))
                .load(0x10000, filled(4096, 2))
                .bytes();
        ByteBuffer cut = ByteBuffer.wrap(file, 0, file.length - 2 * 4096);
        try (ElfCore core = new ElfCore(ByteSource.of("dump", cut))) {
            assertThat(core.incomplete()).isTrue();
            assertThat(core.state(2)).isEqualTo(PageState.EXCLUDED);
            assertThat(core.state(16)).isEqualTo(PageState.EXCLUDED);
            Contents.assertHas(core, Map.of(1L, filled(4096, 1)));
        }
    }

    /** 52 bits of physical address, as on arm64 with 64 KiB pages. */
    @Test
    void memoryAtTheEndOfTheWidestAddressesIsRead() {
        try (ElfCore core = DumpBuilder.core(Target.X86_64)
                .load((1L << 52) - 4096, filled(4096, 3))
                .open()) {
            assertThat(core.pfnLimit()).isEqualTo(1L << 40);
            Contents.assertHas(core, Map.of((1L << 40) - 1, filled(4096, 3)));
        }
    }

    /** With PAE and memory above 4 GiB, kexec-tools write class 64 for an i386 kernel. */
    @Test
    void aPaeMachinesCoreOfClass64HasWordsOf32Bits() {
        try (ElfCore core = DumpBuilder.core(Target.I386)
                .load(1L << 32, -1, filled(4096, 1), 4096)
                .open()) {
            assertThat(core.target()).isEqualTo(Target.I386);
            assertThat(core.pfnLimit()).isEqualTo(0x100001);
            assertThat(core.segments()).extracting(Segment::vaddr).containsExactly(Segment.UNMAPPED);
        }
    }

    /** /proc/kcore has loads without a physical address. */
    @ParameterizedTest
    @FieldSource("TARGETS")
    void aLoadWithoutAPhysicalAddressIsPassedOver(Target target) {
        ByteBuffer file = ByteBuffer.wrap(DumpBuilder.core(target)
                        .load(0x1000, filled(4096, 1))
                        .load(0x2000, filled(4096, 2))
                        .bytes())
                .order(target.order());
        if (target.wordBytes() == 8) {
            file.putLong(64 + 56 + 24, -1);
        } else {
            file.putInt(52 + 32 + 12, -1);
        }
        try (ElfCore core = new ElfCore(ByteSource.of("dump", file))) {
            assertThat(core.segments()).hasSize(1);
            assertThat(core.pfnLimit()).isEqualTo(3);
        }
    }

    @Test
    void aFileThatIsCutSaysWhere() {
        byte[] file = DumpBuilder.core(Target.X86_64).load(0, filled(4096, 1)).bytes();
        assertThatThrownBy(() -> new ElfCore(ByteSource.of("dump", ByteBuffer.wrap(file, 0, file.length - 1))))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("dump: cut: program header wants 0x1000 bytes at offset 0xb0, the file has 0x10af");
    }

    @Test
    void whatIsNoCoreIsRefused() {
        byte[] program =
                DumpBuilder.core(Target.X86_64).load(0, filled(4096, 1)).bytes();
        program[16] = 2;
        assertThatThrownBy(() -> new ElfCore(ByteSource.of("dump", ByteBuffer.wrap(program))))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("dump: type at offset 16: 4, a core expected, 2 found");
        assertThatThrownBy(() -> DumpBuilder.core(Target.X86_64).open())
                .isInstanceOf(VmcoreException.class)
                .hasMessage("built: no PT_LOAD among its program headers");
    }
}
