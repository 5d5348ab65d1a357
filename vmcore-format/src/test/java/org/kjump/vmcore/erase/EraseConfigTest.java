package org.kjump.vmcore.erase;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.arch.PhysicalMemory;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.debug.DebugFiles;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.elf.ElfSections;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * Secrets of a small kernel (src/test/resources/debug/kernel.c) that lies in a dump as it is linked, 0x5000 behind by KASLR. The texts
 * that are expected are those of the source; the rules are those of makedumpfile.conf(5).
 */
class EraseConfigTest {
    private static final String FILE = "dwarf5-32.elf";
    private static final long DIRECT_MAP = 0xc0000000L;
    private static final long START = 0x100000;
    private static final long KASLR = 0x5000;
    private static final int SIZE = 0x10000;

    private Vmlinux vmlinux;
    private MemoryImage image;

    private final Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);

    @BeforeEach
    void open() {
        vmlinux = DebugFiles.vmlinux(FILE);
        ElfSections elf = new ElfSections(DebugFiles.source(FILE));
        elf.all().stream()
                .filter(section -> section.name().equals(".data"))
                .forEach(section -> load(section.address(), elf.bytes(section)));
        image = dump();
    }

    private void load(long address, ByteSource bytes) {
        ByteBuffer data = ByteBuffer.allocate((int) bytes.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.readFully(0, data);
        // A kernel's pointers to its own data move with it.
        for (int at = 0; at + 4 <= data.capacity(); at += 4) {
            if (data.getInt(at) >>> 16 == address >>> 16) {
                data.putInt(at, data.getInt(at) + (int) KASLR);
            }
        }
        ram.write(address - DIRECT_MAP + KASLR, data.flip());
    }

    private MemoryImage dump() {
        return DumpBuilder.core(Target.I386)
                .vmcoreinfo("OSRELEASE=6.12.1-test\nPAGESIZE=4096\nKERNELOFFSET=" + Long.toHexString(KASLR) + "\n")
                .load(ram, START, DIRECT_MAP + START, SIZE, SIZE)
                .open();
    }

    @AfterEach
    void close() {
        image.close();
        vmlinux.close();
    }

    private long paddr(String symbol) {
        return vmlinux.address(symbol).orElseThrow() - DIRECT_MAP + KASLR;
    }

    private Erasure erasure(String... lines) {
        String text = String.join("\n", lines) + "\n";
        EraseConfig config =
                EraseConfig.read(ByteSource.of("config", ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
        return config.erasure(new KernelMemory(image), vmlinux);
    }

    /** The bytes of a variable in the dump when it is erased. */
    private String bytes(Erasure erasure, String symbol, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        new PhysicalMemory(erasure.applyTo(image)).read(paddr(symbol) + offset, bytes);
        return new String(bytes.array(), StandardCharsets.ISO_8859_1);
    }

    private String table(Erasure erasure) {
        return bytes(erasure, "table", 0, 6) + bytes(erasure, "table", 32, 6) + bytes(erasure, "table", 64, 6);
    }

    /** How many bytes of all memory are otherwise than they were. */
    private int changed(Erasure erasure) {
        ByteBuffer before = ByteBuffer.allocate(SIZE);
        ByteBuffer after = ByteBuffer.allocate(SIZE);
        new PhysicalMemory(image).read(START, before);
        new PhysicalMemory(erasure.applyTo(image)).read(START, after);
        int changed = 0;
        for (int i = 0; i < SIZE; i++) {
            changed += before.get(i) == after.get(i) ? 0 : 1;
        }
        return changed;
    }

    @Test
    void anArrayIsErasedWhole() {
        Erasure erasure = erasure("[vmlinux]", "erase key # the secret");
        assertThat(bytes(erasure, "key", 0, 33)).isEqualTo("X".repeat(33));
        assertThat(changed(erasure)).isEqualTo(33);
        assertThat(erasure.text()).isEqualTo("erase key size 33\n");
        assertThat(erasure.messages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "amount, 5", "first.length, 9", "1K, 33", "1m, 33"})
    void aSizeIsANumberOrAVariableAndEndsWithTheObject(String size, int erased) {
        Erasure erasure = erasure("erase key size " + size);
        assertThat(bytes(erasure, "key", 0, 33))
                .isEqualTo("X".repeat(erased) + "0123456789abcdef0123456789abcdef\0".substring(erased));
        assertThat(bytes(erasure, "behind_key", 0, 8)).isEqualTo("behind!\0");
        assertThat(erasure.text()).isEqualTo("erase key size %d\n".formatted(erased));
    }

    @Test
    void anObjectThatIsShorterThanAskedIsTold() {
        assertThat(erasure("", "erase key size 1K").messages())
                .containsExactly("Config: line 2: 'key' has 33 bytes: not 1024, but these are erased");
    }

    @Test
    void aPointerToCharactersLeadsToAText() {
        Erasure erasure = erasure("erase greeting");
        assertThat(bytes(erasure, "a_text", 0, 12)).isEqualTo("X".repeat(11) + "\0");
        assertThat(erasure.text()).isEqualTo("erase greeting size 11\n");
        assertThat(changed(erasure)).isEqualTo(11);
    }

    @Test
    void aPointerToVoidNeedsASize() {
        assertThat(changed(erasure("erase anything"))).isZero();
        assertThat(erasure("erase anything").text()).isEmpty();
        Erasure erasure = erasure("erase anything size 5");
        assertThat(bytes(erasure, "a_text", 0, 11)).isEqualTo("XXXXX World");
    }

    @Test
    void aPointerCanBeNullified() {
        Erasure erasure = erasure("erase chain nullify");
        assertThat(bytes(erasure, "chain", 0, 4)).isEqualTo("\0\0\0\0");
        assertThat(bytes(erasure, "first", 0, 9)).isEqualTo("the first");
        assertThat(erasure.text()).isEqualTo("erase chain nullify\n");
    }

    @Test
    void pointersOnTheWayAreFollowed() {
        Erasure erasure = erasure("erase chain.next.text size 3", "erase first.next.next.where");
        assertThat(bytes(erasure, "second", 0, 10)).isEqualTo("XXX second");
        assertThat(bytes(erasure, "a_text", 0, 11)).isEqualTo("X".repeat(11));
        assertThat(erasure.text()).isEqualTo("erase chain.next.text size 3\nerase first.next.next.where size 11\n");
    }

    @Test
    void nothingIsBehindNull() {
        Erasure erasure = erasure("erase third.next.text", "erase first.where");
        assertThat(changed(erasure)).isZero();
        assertThat(erasure.text()).isEmpty();
        assertThat(erasure.messages()).isEmpty();
    }

    @Test
    void aLoopGoesThroughAnArray() {
        Erasure erasure = erasure("for s in table", "  erase s.text size s.length", "endfor");
        assertThat(table(erasure)).isEqualTo("XXX\0\0\0XXX\0\0\0XXXXX\0");
        assertThat(erasure.text()).isEqualTo("erase s.text size 3\nerase s.text size 3\nerase s.text size 5\n");
    }

    @Test
    void aLoopGoesThroughAnArrayOfPointers() {
        Erasure erasure = erasure("for s in pointers erase s.text size 2 endfor");
        assertThat(bytes(erasure, "first", 0, 9)).isEqualTo("XXe first");
        assertThat(bytes(erasure, "third", 0, 9)).isEqualTo("XXe third");
        assertThat(erasure.text()).isEqualTo("erase s.text size 2\n".repeat(2));
    }

    @Test
    void aLoopFollowsAMember() {
        Erasure erasure = erasure("for s in chain via next", "erase s.text size s.length", "endfor");
        assertThat(bytes(erasure, "first", 0, 9)).isEqualTo("X".repeat(9));
        assertThat(bytes(erasure, "second", 0, 10)).isEqualTo("X".repeat(10));
        assertThat(bytes(erasure, "third", 0, 9)).isEqualTo("X".repeat(9));
    }

    /** Of i386: {@code next} of struct secret is at 24. */
    @Test
    void aCircleEndsWhereItBegan() {
        ram.setUnsigned(paddr("third") + 24, 4, paddr("first") + DIRECT_MAP);
        image = dump();
        Erasure erasure = erasure("for s in first via next", "erase s.text size 1", "endfor");
        assertThat(erasure.text()).isEqualTo("erase s.text size 1\n".repeat(3));
    }

    @Test
    void aCircleWithoutItsBeginningIsTold() {
        ram.setUnsigned(paddr("third") + 24, 4, paddr("second") + DIRECT_MAP);
        image = dump();
        assertThat(erasure("for s in first via next", "erase s.text", "endfor").messages())
                .containsExactly("Config error at 1: a circle that does not lead back to its start: %x."
                        .formatted(paddr("second") + DIRECT_MAP));
    }

    @Test
    void aPointerThatLeadsOutOfTheDumpIsTold() {
        ram.setUnsigned(paddr("chain"), 4, 0xd0000000L);
        image = dump();
        Erasure erasure = erasure("erase chain.text", "erase key");
        assertThat(erasure.messages()).hasSize(1);
        assertThat(erasure.messages().get(0))
                .startsWith("Config error at 1: built: ")
                .contains("0x10000");
        assertThat(erasure.text()).isEqualTo("erase key size 33\n");
    }

    @ParameterizedTest
    @CsvSource({"item:list", "item : list"})
    void aLoopGoesThroughAList(String within) {
        Erasure erasure = erasure("for i in head within " + within, "erase i.text", "endfor");
        assertThat(bytes(erasure, "one", 4, 8)).isEqualTo("X".repeat(8));
        assertThat(bytes(erasure, "two", 4, 8)).isEqualTo("X".repeat(8));
        assertThat(changed(erasure)).isEqualTo(16);
    }

    /** A wrong command is passed over; those around it are carried out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "erase nosuch | Config error at 2: Can't find symbol 'nosuch'.",
                "erase first.nosuch | Config error at 2: Can't find member 'nosuch'.",
                "erase amount.text | Config error at 2: Can't find member 'text'.",
                "erase amount nullify | Config error at 2: 'amount' is no pointer.",
                "erase key size greeting | Config error at 2: 'greeting' is no integer.",
                "erase key size 0 | Config error at 2: a size of at least 1 byte expected, '0' found",
                "erase size 5 | Config error at 2: a symbol expected, 'size' found",
                "erase a..b | Config error at 2: a name expected on each side of a dot, 'a..b' found",
                "for s in amount erase s endfor | Config error at 2: 'amount' is no array.",
                "for s in table erase key endfor | Config error at 2: 's' or members of it expected, 'key' found",
                "for s of table erase s endfor | Config error at 2: 'in' expected, 'of' found",
                "for s in head within nosuch:list erase s endfor | Config error at 2: Can't find 'nosuch:list'.",
                "wipe key | Config error at 2: 'erase', 'for' or a section expected, 'wipe' found"
            })
    void whatIsWrongIsTold(String line, String message) {
        Erasure erasure = erasure("erase key size 1", line, "erase behind_key size 1");
        assertThat(erasure.messages()).containsExactly(message);
        assertThat(erasure.text()).isEqualTo("erase key size 1\nerase behind_key size 1\n");
    }

    @Test
    void aLoopNeedsItsEnd() {
        assertThat(erasure("for s in table", "erase s.text").messages())
                .containsExactly("Config error at 2: 'erase' or 'endfor' expected, the end of the file found");
    }

    @Test
    void modulesArePassedOver() {
        Erasure erasure = erasure("[ext4]", "erase key", "[vmlinux]", "erase behind_key size 2");
        assertThat(erasure.text()).isEqualTo("erase behind_key size 2\n");
        assertThat(erasure.messages())
                .isEqualTo(List.of("Config: line 1: section [ext4] is skipped: only those of vmlinux are carried out"));
    }

    @Test
    void runsOfPagesAreErasedToo() {
        Erasure erasure = erasure("erase key");
        MemoryImage erased = erasure.applyTo(image);
        ByteBuffer pages = ByteBuffer.allocate(SIZE);
        erased.read(START >> 12, SIZE >> 12, pages);
        ByteBuffer single = ByteBuffer.allocate(SIZE);
        for (long pfn = START >> 12; pfn < START + SIZE >> 12; pfn++) {
            assertThat(erased.read(pfn, single)).isEqualTo(PageState.PRESENT);
        }
        assertThat(pages.flip()).isEqualTo(single.flip());
        assertThat(new String(pages.array(), StandardCharsets.ISO_8859_1)).contains("X".repeat(33));
    }
}
