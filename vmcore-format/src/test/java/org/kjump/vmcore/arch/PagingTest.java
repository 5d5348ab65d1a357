package org.kjump.vmcore.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.PageTables;
import org.kjump.vmcore.build.PageTables.Mode;
import org.kjump.vmcore.build.Ram;

/** Addresses through page tables: the bits of each are from Intel's manual (SDM volume 3, chapter 4). */
class PagingTest {
    private static final int MIB = 1 << 20;

    private final Ram ram = new Ram(Target.I386.order());

    private AddressSpace i386(String info, Mode mode) {
        return AddressSpace.of(
                image(Target.I386),
                VmcoreInfo.parse(
                        "dump",
                        "SYMBOL(swapper_pg_dir)=c0001000\n" + (mode.equals(Mode.PAE) ? "CONFIG_X86_PAE=y\n" : "")
                                + info));
    }

    private AddressSpace x8664(String info) {
        return AddressSpace.of(image(Target.X86_64), VmcoreInfo.parse("dump", info));
    }

    private MemoryImage image(Target target) {
        return DumpBuilder.core(target).load(ram, 0, 0, MIB, MIB).open();
    }

    private PageTables tables(Mode mode) {
        return new PageTables(ram, mode, 0x1000, 0x2000);
    }

    @Test
    void aPageOf4KibOfI386() {
        tables(Mode.TWO_LEVELS).map(0xf8123000L, 0x12345000, 4096);
        AddressSpace space = i386("", Mode.TWO_LEVELS);
        assertThat(space.paddr(0xf8123abcL)).isEqualTo(0x12345abc);
        assertThat(space.paddr(0xf8124abcL)).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void aPageOf4MibOfI386() {
        tables(Mode.TWO_LEVELS).map(0xc0400000L, 0x00400000, 4 * MIB);
        assertThat(i386("", Mode.TWO_LEVELS).paddr(0xc0712345L)).isEqualTo(0x712345);
    }

    /** PSE-36: bits 32 to 39 of the address are in bits 13 to 20 of the entry. */
    @Test
    void aPageOf4MibAbove4Gib() {
        ram.setUnsigned(0x1000 + 4 * (0xf8000000L >>> 22), 4, 0x00c00000L | 0x5 << 13 | 0xe3);
        assertThat(i386("", Mode.TWO_LEVELS).paddr(0xf8012345L)).isEqualTo(0x5_00c12345L);
    }

    @Test
    void aPageOf4KibAbove4GibWithPae() {
        tables(Mode.PAE).map(0xf8123000L, 0x9_12345000L, 4096);
        AddressSpace space = i386("", Mode.PAE);
        assertThat(space.paddr(0xf8123abcL)).isEqualTo(0x9_12345abcL);
        assertThat(space.paddr(0xb8123abcL)).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void aPageOf2MibWithPae() {
        tables(Mode.PAE).map(0xc0200000L, 0x1_00400000L, 2 * MIB);
        assertThat(i386("", Mode.PAE).paddr(0xc0312345L)).isEqualTo(0x1_00512345L);
    }

    /** NX, bit 63, and the software bits above 51 are no address. */
    @ParameterizedTest
    @CsvSource({"FOUR, 4096, 0xffffc90000123abc", "FOUR, 2097152, 0xffffc90000312345", "FIVE, 4096, 0xffa0000000123abc"
    })
    void aPageOfX8664(String levels, int size, String text) {
        long vaddr = Long.parseUnsignedLong(text.substring(2), 16);
        boolean five = levels.equals("FIVE");
        tables(five ? Mode.FIVE_LEVELS : Mode.FOUR_LEVELS).map(vaddr & -size, 0x8012_34600000L | 0xfff0L << 52, size);
        AddressSpace space = x8664("SYMBOL(init_top_pgt)=ffffffff80001000\nNUMBER(phys_base)=0\n"
                + (five ? "NUMBER(pgtable_l5_enabled)=1\n" : ""));
        assertThat(space.paddr(vaddr)).isEqualTo(0x8012_34600000L + (vaddr & size - 1));
        assertThat(space.paddr(vaddr ^ 1L << 40)).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void aPageOf1GibOfX8664() {
        tables(Mode.FOUR_LEVELS).map(0xffff888040000000L, 0x80000000L, 1 << 30);
        AddressSpace space = x8664("SYMBOL(init_level4_pgt)=ffffffff80001000\nNUMBER(phys_base)=0\n");
        assertThat(space.paddr(0xffff88807fedcba9L)).isEqualTo(0xbfedcba9L);
    }

    /** With AMD's memory encryption, a bit of each entry says so. */
    @Test
    void theEncryptionBitIsNoAddress() {
        tables(Mode.FOUR_LEVELS).map(0xffff888000005000L, 1L << 47 | 0x5000, 4096);
        assertThat(x8664(
                                "SYMBOL(init_top_pgt)=ffffffff80001000\nNUMBER(phys_base)=0\nNUMBER(sme_mask)=140737488355328\n")
                        .paddr(0xffff888000005123L))
                .isEqualTo(0x5123);
    }

    /** KASLR moves the image in its map (which is in the symbol) and in memory (phys_base). */
    @Test
    void theRootLiesWhereTheImageWasMoved() {
        tables(Mode.FOUR_LEVELS).map(0xffff888000005000L, 0x5000, 4096);
        assertThat(x8664("SYMBOL(init_top_pgt)=ffffffff9b001000\nNUMBER(phys_base)=-452984832\n")
                        .paddr(0xffff888000005123L))
                .isEqualTo(0x5123);
    }

    @Test
    void aLoadsOwnAddressGoesBeforePageTables() {
        MemoryImage image = DumpBuilder.core(Target.I386)
                .load(ram, 0x1000, 0xd0001000L, 0x1000, 0x1000)
                .open();
        AddressSpace space = AddressSpace.of(image, VmcoreInfo.parse("dump", ""));
        assertThat(space.paddr(0xd0001234L)).isEqualTo(0x1234);
        assertThat(space.paddr(0xc0001234L)).as("direct mapping").isEqualTo(0x1234);
        assertThat(space.paddr(0xb0001234L)).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void aTableThatTheDumpLacksIsTold() {
        ram.setUnsigned(0x1000 + 4 * 0x3e0, 4, 0x7f000063);
        assertThatThrownBy(() -> i386("", Mode.TWO_LEVELS).paddr(0xf8000000L))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("built: page frame 0x7f000 (physical address 0x7f000000) is not in the dump");
    }

    /** Other splits of the address space than 3:1 (CONFIG_VMSPLIT), in a dump that knows no virtual addresses: the tables tell. */
    @ParameterizedTest
    @CsvSource({"0xc0000000, PAE", "0xb0000000, TWO", "0x80000000, PAE", "0x40000000, TWO"})
    void theDirectMapOfI386IsWhereTheTablesMapThemselves(String text, String levels) {
        long offset = Long.decode(text);
        boolean isPae = levels.equals("PAE");
        // The image was moved, as KASLR does: _stext says nothing of the direct map.
        new PageTables(ram, isPae ? Mode.PAE : Mode.TWO_LEVELS, 0xf1000, 0x2000)
                .map(offset, 0, isPae ? 2 * MIB : 4 * MIB)
                .map(0xf8123000L, 0x12345000, 4096);
        String info = "SYMBOL(swapper_pg_dir)=%x\nSYMBOL(_stext)=%x\n".formatted(offset + 0xf1000, offset + 0x90000);
        AddressSpace space = AddressSpace.of(
                DumpBuilder.core(Target.I386).load(ram, 0, 0, MIB, MIB).open(), VmcoreInfo.parse("dump", info));
        assertThat(space.paddr(offset + 0x12345)).isEqualTo(0x12345);
        assertThat(space.paddr(0xf8123abcL)).isEqualTo(0x12345abc);
    }

    /** Before 4.10 nobody tells phys_base to a hypervisor: where the tables map themselves, they are. */
    @Test
    void theRootOfAMovedImageIsFound() {
        long base = 6L * MIB;
        new PageTables(ram, Mode.FOUR_LEVELS, base + 0x1000, base + 0x2000)
                .map(0xffffffff9b000000L, base, 2 * MIB)
                .map(0xffff888000005000L, 0x5000, 4096);
        AddressSpace space = AddressSpace.of(
                DumpBuilder.core(Target.X86_64)
                        .load(ram, 0, 0, 8L * MIB, 8L * MIB)
                        .open(),
                VmcoreInfo.parse("dump", "SYMBOL(init_level4_pgt)=ffffffff9b001000\nKERNELOFFSET=1a000000\n"));
        assertThat(space.paddr(0xffff888000005123L)).isEqualTo(0x5123);
    }

    /** The upper bits of an address repeat the highest that is translated. */
    @Test
    void anAddressThatIsNotCanonicalIsNotMapped() {
        tables(Mode.FOUR_LEVELS).map(0xffff888000005000L, 0x5000, 4096);
        AddressSpace space = x8664("SYMBOL(init_top_pgt)=ffffffff80001000\nNUMBER(phys_base)=0\n");
        assertThat(space.paddr(0xfeff888000005000L)).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void aMachineWithoutPageTablesHereIsRefused() {
        Target sparc = new Target(43, 8, Target.I386.order(), 12);
        assertThatThrownBy(() -> AddressSpace.of(image(sparc), VmcoreInfo.parse("dump", "")))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("machine 43");
    }
}
