package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.PageTables;
import org.kjump.vmcore.build.PageTables.Mode;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.build.RamImage;
import org.kjump.vmcore.build.VmcoreInfoText;

/** Struct pages of dropped frames, in a kernel of x86_64 with vmemmap: 64 to a page, two sections in 4 MiB at 32 MiB. */
class UnusedVmemmapTest {
    private static final long DIRECT = 0xffff888000000000L;
    private static final long VMEMMAP = 0xffffea0000000000L;
    private static final long MIB = 1 << 20;
    private static final long ARRAY_PFN = 32 * MIB / 4096;
    private static final long FRAMES = 0x10000;

    private final PfnSet existing = new PfnSet(FRAMES);
    private final PfnSet kept = new PfnSet(FRAMES);

    private KernelMemory kernel(long pageOfMap) {
        Ram ram = new Ram(Target.X86_64.order());
        PageTables tables = new PageTables(ram, Mode.FOUR_LEVELS, 0x2000, 0x100000).map(DIRECT, 0, 2 * MIB);
        for (long at = 0; at < 4 * MIB; at += pageOfMap) {
            tables.map(VMEMMAP + at, 32 * MIB + at, pageOfMap);
        }
        ram.setUnsigned(0x10000, 8, DIRECT + 0x20000);
        ram.setUnsigned(0x20000, 8, VMEMMAP | 3);
        ram.setUnsigned(0x20010, 8, VMEMMAP | 3);
        VmcoreInfoText info = new VmcoreInfoText()
                .symbol("init_top_pgt", 0xffffffff80002000L)
                .number("phys_base", 0)
                .size("page", 64)
                .symbol("mem_section", DIRECT + 0x10000)
                .length("mem_section", 1 << 46 - 27 - 8)
                .size("mem_section", 16)
                .offset("mem_section.section_mem_map", 0);
        return new KernelMemory(new RamImage(ram, Target.X86_64, List.of()), VmcoreInfo.parse("ram", info.toString()));
    }

    private List<Long> unused(long pageOfMap) {
        PfnSet unused = UnusedVmemmap.of(kernel(pageOfMap), existing, kept);
        List<Long> pages = new ArrayList<>();
        for (long pfn = unused.next(0); pfn >= 0; pfn = unused.next(pfn + 1)) {
            pages.add(pfn - ARRAY_PFN);
        }
        return pages;
    }

    @Test
    void pagesThatSpeakOfDroppedFramesOnlyAreUnused() {
        existing.add(0, FRAMES);
        kept.add(0, FRAMES);
        kept.remove(0x1000, 0x1080); // two pages of struct pages
        kept.remove(0x2000, 0x2040); // one: makedumpfile asks for two
        kept.remove(0x3001, 0x30ff); // two whole groups in it
        assertThat(unused(2 * MIB)).containsExactly(0x40L, 0x41L, 0xc1L, 0xc2L);
    }

    /** A run ends with a block of 32768 frames: what is left behind is too short. */
    @Test
    void aRunDoesNotCrossABlock() {
        existing.add(0, FRAMES);
        kept.add(0, FRAMES);
        kept.remove(0x8000 - 0x80, 0x8000 + 0x40);
        assertThat(unused(2 * MIB)).containsExactly(0x1feL, 0x1ffL);
    }

    @Test
    void framesThatTheDumpNeverHadDoNotCount() {
        existing.add(0x1000, 0x1040);
        assertThat(unused(2 * MIB)).isEmpty();
        existing.add(0x1000, 0x1080);
        assertThat(unused(2 * MIB)).containsExactly(0x40L, 0x41L);
    }

    /** Where hugetlb saves its own struct pages, several small pages are one. */
    @Test
    void smallPagesAreLeftAlone() {
        existing.add(0, FRAMES);
        assertThat(unused(2 * MIB)).hasSize(0x400);
        assertThat(unused(4096)).isEmpty();
    }
}
