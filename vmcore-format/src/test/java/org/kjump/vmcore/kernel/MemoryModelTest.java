package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.EntryEncoding;
import org.kjump.vmcore.build.PageTables;
import org.kjump.vmcore.build.PageTables.Mode;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.build.RamImage;
import org.kjump.vmcore.build.VmcoreInfoText;

/** Where struct pages are, by the rules of each memory model. */
class MemoryModelTest {
    private static final long DIRECT = 0xffff888000000000L;
    private static final long TABLE = 0x10000;
    private static final long MIB = 1 << 20;

    private final Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);
    private final VmcoreInfoText info = new VmcoreInfoText();

    private void pointer(long paddr, long value) {
        ram.setUnsigned(paddr, 8, value);
    }

    /** A kernel of x86_64 that maps its lowest 64 MiB. */
    private List<MemMap> x8664(long limit) {
        new PageTables(ram, Mode.FOUR_LEVELS, 0x2000, 0x3000)
                .map(DIRECT, 0, 2 * MIB)
                .map(DIRECT + 2 * MIB, 2 * MIB, 2 * MIB);
        info.symbol("init_top_pgt", 0xffffffff80002000L).number("phys_base", 0).size("page", 64);
        return maps(Target.X86_64, limit);
    }

    private List<MemMap> maps(Target target, long limit) {
        RamImage image = new RamImage(ram, target, List.of());
        return MemoryModel.of(new KernelMemory(image, VmcoreInfo.parse("ram", info.toString())), limit);
    }

    private void node(long paddr, long start, long frames, long map) {
        pointer(paddr + 0x100, map);
        pointer(paddr + 0x108, start);
        pointer(paddr + 0x110, frames);
    }

    private void nodes() {
        info.size("pglist_data", 0x200)
                .offset("pglist_data.node_mem_map", 0x100)
                .offset("pglist_data.node_start_pfn", 0x108)
                .offset("pglist_data.node_spanned_pages", 0x110);
        node(0x20000, 0x8000, 0x4000, DIRECT + 0x200000);
        node(0x21000, 0x100, 0x1f00, DIRECT + 0x300000);
        node(0x22000, 0x10000, 0x2000, 0);
    }

    private void nodeData() {
        nodes();
        info.symbol("node_data", DIRECT + TABLE).length("node_data", 64).symbol("node_online_map", DIRECT + 0x11000);
        pointer(TABLE, DIRECT + 0x20000);
        pointer(TABLE + 8, DIRECT + 0x21000);
        pointer(TABLE + 8 * 63, DIRECT + 0x22000);
        pointer(0x11000, 1L << 63 | 3);
    }

    private static final MemMap[] TWO_NODES = {
        new MemMap(0x100, 0x2000, DIRECT + 0x300000), new MemMap(0x8000, 0xc000, DIRECT + 0x200000)
    };

    /** DISCONTIGMEM: an array for each node that is online and has one, by frame; nothing in the gaps. */
    @Test
    void nodesHaveTheirArrays() {
        nodeData();
        assertThat(x8664(0x20000)).containsExactly(TWO_NODES);
    }

    @Test
    void anArrayEndsWithTheDump() {
        nodeData();
        assertThat(x8664(0x9000)).extracting(MemMap::end).containsExactly(0x2000L, 0x9000L);
        assertThat(x8664(0x8000)).extracting(MemMap::end).containsExactly(0x2000L);
    }

    @Test
    void aNodeThatIsNotOnlineHasNone() {
        nodeData();
        pointer(0x11000, 2);
        assertThat(x8664(0x20000)).containsExactly(TWO_NODES[0]);
    }

    /** Before 2.6.17. */
    @Test
    void nodesMayBeInAChain() {
        nodes();
        info.symbol("pgdat_list", DIRECT + TABLE).offset("pglist_data.pgdat_next", 0x118);
        pointer(TABLE, DIRECT + 0x20000);
        pointer(0x20118, DIRECT + 0x21000);
        assertThat(x8664(0x20000)).containsExactly(TWO_NODES);
    }

    /** node_states[N_ONLINE] is what the macro node_online_map stands for. */
    @Test
    void nodesMayBeOnlineByTheSecondOfSeveralSets() {
        nodes();
        info.symbol("pgdat_list", DIRECT + TABLE)
                .length("pgdat_list", 64)
                .symbol("node_states", DIRECT + 0x11000)
                .size("nodemask_t", 8);
        pointer(TABLE, DIRECT + 0x20000);
        pointer(TABLE + 8, DIRECT + 0x21000);
        pointer(0x11000, 3);
        pointer(0x11008, 1);
        assertThat(x8664(0x20000)).containsExactly(TWO_NODES[1]);
    }

    @Test
    void nodesThatOverlapAreRefused() {
        nodeData();
        node(0x21000, 0x100, 0x7f01, DIRECT + 0x300000);
        assertThatThrownBy(() -> x8664(0x20000))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("ram: two nodes have page frame 0x8000");
    }

    @Test
    void aNodeOfNonsenseIsRefused() {
        nodeData();
        node(0x21000, -1, 5, DIRECT);
        assertThatThrownBy(() -> x8664(0x20000))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("node_start_pfn");
    }

    @Test
    void chainThatRunsInARingEnds() {
        nodes();
        info.symbol("pgdat_list", DIRECT + TABLE).offset("pglist_data.pgdat_next", 0x118);
        pointer(TABLE, DIRECT + 0x20000);
        pointer(0x20118, DIRECT + 0x20000);
        assertThatThrownBy(() -> x8664(0x20000))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("two nodes");
    }

    /** pfn_to_page counts from where memory begins (ARCH_PFN_OFFSET). */
    @Test
    void anArrayStartsWithTheMemoryOfRiscv64() {
        Target riscv = new Target(Target.EM_RISCV, 8, ByteOrder.LITTLE_ENDIAN, 12);
        new PageTables(ram, new Mode(EntryEncoding.RISCV, 9, List.of(30, 21, 12)), 0x80402000L, 0x80403000L)
                .map(0xffffffff80000000L, 0x80400000L, 2 * MIB);
        info.symbol("swapper_pg_dir", 0xffffffff80002000L)
                .line("NUMBER(va_kernel_pa_offset)", "0xfffffffeffc00000")
                .number("VA_BITS", 39)
                .number("phys_ram_base", 0x80200000L)
                .size("page", 64)
                .symbol("mem_map", 0xffffffff80001000L);
        pointer(0x80401000L, 0xffffffd800000000L);
        assertThat(maps(riscv, 0x90000)).containsExactly(new MemMap(0x80200, 0x90000, 0xffffffd800000000L));
    }

    @Test
    void anArrayStartsWithTheMemoryOfArm() {
        Target arm = new Target(Target.EM_ARM, 4, ByteOrder.LITTLE_ENDIAN, 12);
        info.symbol("swapper_pg_dir", 0xc0004000L).size("page", 32).symbol("mem_map", 0xc0001000L);
        ram.setUnsigned(0x60001000L, 4, 0xc0100000L);
        RamImage image = new RamImage(ram, arm, List.of(new Segment(0x60000000L, 0xc0000000L, 16 * MIB, 16 * MIB)));
        KernelMemory kernel = new KernelMemory(image, VmcoreInfo.parse("ram", info.toString()));
        assertThat(MemoryModel.of(kernel, 0x61000)).containsExactly(new MemMap(0x60000, 0x61000, 0xc0100000L));
    }

    private void sections(long length) {
        info.symbol("mem_section", DIRECT + TABLE)
                .length("mem_section", length)
                .size("mem_section", 16)
                .offset("mem_section.section_mem_map", 0);
    }

    /** The value is the array's address less that of the section's first frame; six flags since 6.15. */
    @Test
    void theFlagsOfASectionAreNoAddress() {
        sections(1 << 46 - 27 - 8);
        pointer(TABLE, DIRECT + 0x20000);
        long vmemmap = 0xffffea0000000000L;
        pointer(0x20000, vmemmap | 0x3f);
        pointer(0x20010, vmemmap | 0x3e); // not present
        pointer(0x20020, vmemmap | 3);
        assertThat(x8664(0x14000))
                .containsExactly(new MemMap(0, 0x8000, vmemmap), new MemMap(0x10000, 0x14000, vmemmap + 0x10000 * 64L));
    }

    /** As a vmlinux names it: a pointer, with other variables behind, which are no roots. */
    @Test
    void whatIsBehindAPointerIsNotTakenForRoots() {
        sections(1 << 46 - 27 - 8);
        pointer(TABLE, DIRECT + 0x20000);
        for (long i = 1; i < 64; i++) {
            pointer(TABLE + 8 * i, 0x1234_5678_9abdL * i);
        }
        pointer(0x20000, DIRECT + 0x30000);
        pointer(0x30000, 0xffffea0000000000L | 7);
        assertThat(x8664(1 << 22)).containsExactly(new MemMap(0, 0x8000, 0xffffea0000000000L));
    }

    @Test
    void aSectionWhoseArrayIsNowhereIsNotBelieved() {
        sections(1 << 46 - 27 - 8);
        pointer(TABLE, DIRECT + 0x20000);
        pointer(0x20000, 0x1003);
        assertThatThrownBy(() -> x8664(0x8000))
                .isInstanceOf(VmcoreException.class)
                .hasMessageStartingWith("ram: could not validate mem_section at ffff888000010000:")
                .hasMessageContaining("section 0: mem_map 1000 is no address of the kernel");
    }

    /** Architectures that changed MAX_PHYSMEM_BITS: the array's length tells which; a page has 4096 structures of 16 bytes. */
    @ParameterizedTest
    @CsvSource({
        "21, 16, 256, 24, 44",
        "21, 16, 1024, 24, 46",
        "21, 16, 2048, 24, 47",
        "21, 16, 32768, 24, 51",
        "22, 12, 64, 28, 42",
        "22, 12, 1024, 28, 46"
    })
    void theLengthOfTheArrayTellsTheBitsOfMemory(int machine, int pageShift, long length, int section, int memory) {
        Target target =
                new Target(machine, 8, machine == 22 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, pageShift);
        Ram memoryOfTarget = new Ram(target.order());
        memoryOfTarget.setUnsigned(0, 8, 0);
        info.symbol("swapper_pg_dir", machine == 22 ? 0 : 0xc000000000000000L)
                .line("OSRELEASE", "4.18.0")
                .length("mem_section", length);
        RamImage image = new RamImage(memoryOfTarget, target, List.of());
        KernelMemory kernel = new KernelMemory(image, VmcoreInfo.parse("ram", info.toString()));
        assertThat(SectionBits.of(kernel, target.pageSize() / 16)).isEqualTo(new SectionBits(section, memory));
    }
}
