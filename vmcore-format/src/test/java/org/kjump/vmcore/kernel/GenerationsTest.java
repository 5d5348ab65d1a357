package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.build.Generation;
import org.kjump.vmcore.build.Generation.Kind;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.Kernels;
import org.kjump.vmcore.build.PageZoo;

/** Kernels from 3.9 to 7.1 say what a page is in fifteen ways: the same pages are dropped of each. */
class GenerationsTest {
    private static final long ZOO = 1024;

    @SuppressWarnings("UnusedVariable") // for FieldSource
    private static final List<Generation> GENERATIONS = Generation.ALL;

    private static PageClasses classes(KernelMemoryBuilder kernel) {
        try (MemoryImage image = kernel.dump().open()) {
            return PageClassifier.of(new KernelMemory(image)).all();
        }
    }

    @ParameterizedTest
    @FieldSource("GENERATIONS")
    void thePagesOfAKernelAreToldApart(Generation generation) {
        PageClasses classes = classes(Kernels.small(generation));
        Map<Integer, PageClass> expected = Map.of(
                PageZoo.CACHE, PageClass.CACHE,
                PageZoo.CACHE_PRIVATE, PageClass.CACHE_PRIVATE,
                PageZoo.ANONYMOUS, PageClass.USER,
                PageZoo.SLAB, PageClass.KERNEL,
                PageZoo.SWAPCACHE_ONLY, PageClass.KERNEL,
                PageZoo.SWAPCACHE, PageClass.CACHE,
                PageZoo.FREE_OF_IMPOSSIBLE_ORDER, PageClass.KERNEL);
        expected.forEach((at, use) ->
                assertThat(classes.of(ZOO + at)).as("frame %d of the zoo", at).isEqualTo(use));
        assertRun(classes, PageZoo.FREE_16, 16, PageClass.FREE);
        assertRun(classes, PageZoo.HUGETLB_32, 32, PageClass.USER);
        assertRun(classes, PageZoo.THP_64, 64, PageClass.USER);
        assertThat(classes.droppedAs(ZOO + PageZoo.POISONED, 0)).isEqualTo(PageClass.HWPOISON);
        boolean offlineTold = generation.types().offline() != 0;
        assertThat(classes.droppedAs(ZOO + PageZoo.OFFLINE, 0))
                .isEqualTo(offlineTold ? PageClass.OFFLINE : PageClass.KERNEL);
    }

    /** 3.9 to 3.16 do not tell which destructor is that of hugetlb pages: these are the kernel's. Transparent ones are anonymous. */
    @Test
    void hugetlbPagesThatNobodyTellsAreKept() {
        PageClasses classes = classes(Kernels.small(Generation.SINCE_3_9));
        assertThat(classes.of(ZOO + PageZoo.HUGETLB_32)).isEqualTo(PageClass.KERNEL);
        assertRun(classes, PageZoo.THP_64, 64, PageClass.USER);
        assertRun(classes, PageZoo.FREE_16, 16, PageClass.FREE);
    }

    /** 4.4 and 4.5 do not tell the order either: of a compound page only the head is dropped. */
    @Test
    void compoundPagesWithoutAnOrderAreSinglePages() {
        PageClasses classes = classes(Kernels.small(Generation.SINCE_4_4));
        assertThat(classes.of(ZOO + PageZoo.HUGETLB_32)).isEqualTo(PageClass.KERNEL);
        assertRun(classes, PageZoo.THP_64, 1, PageClass.USER);
        assertRun(classes, PageZoo.FREE_16, 16, PageClass.FREE);
    }

    /** Flags above 31 are flags of 64-bit kernels like others; the C tool asks for the low five bits of the number. */
    @Test
    void aFlagAboveBit31IsAsked() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_5_1);
        kernel.info().number("PG_hwpoison", 40);
        kernel.page(ZOO + 200).set("flags", 1L << 40);
        kernel.page(ZOO + 201).set("flags", 1L << 8);
        PageClasses classes = classes(kernel);
        assertThat(classes.droppedAs(ZOO + 200, 0)).isEqualTo(PageClass.HWPOISON);
        assertThat(classes.droppedAs(ZOO + 201, 0)).isEqualTo(PageClass.KERNEL);
    }

    /** The frames before and behind the run are the kernel's. */
    private static void assertRun(PageClasses classes, int first, int count, PageClass use) {
        for (int at = first - 1; at <= first + count; at++) {
            PageClass expected = at >= first && at < first + count ? use : PageClass.KERNEL;
            assertThat(classes.of(ZOO + at)).as("frame %d of the zoo", at).isEqualTo(expected);
        }
    }

    /** Since 6.2, a slab's {@code mapping} is its own: makedumpfile 1.7.3 and later do not ask whether it is anonymous. */
    @ParameterizedTest
    @FieldSource("GENERATIONS")
    void aSlabWithAnOddMappingIsTheKernels(Generation generation) {
        KernelMemoryBuilder kernel = Kernels.small(generation);
        generation.slab(kernel.page(ZOO + 200));
        kernel.page(ZOO + 200).set("mapping", 0x5001);
        assertThat(classes(kernel).of(ZOO + 200)).isEqualTo(PageClass.KERNEL);
    }

    /** Bit 7, PG_slab of old, is PG_waiters of these: a free block with it is still free. */
    @Test
    void theOldSlabBitMeansNothingWhereSlabIsAPageType() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_6_12);
        kernel.page(ZOO + PageZoo.FREE_16).set("flags", 1 << 7);
        assertThat(classes(kernel).of(ZOO + PageZoo.FREE_16)).isEqualTo(PageClass.FREE);
    }

    /** Kernels print the same 32 bits with and without a sign. */
    @Test
    void aTypeIsTheSameWithAndWithoutASign() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_6_12);
        kernel.info().number("PAGE_BUDDY_MAPCOUNT_VALUE", 0xf0000000L);
        assertThat(classes(kernel).of(ZOO + PageZoo.FREE_16)).isEqualTo(PageClass.FREE);
    }

    /** The low 24 bits of a typed _mapcount belong to the page's owner: only the exact value counts (makedumpfile 1.7.7). */
    @Test
    void aTypedPageWithBitsOfItsOwnerIsNotFree() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_6_12);
        kernel.page(ZOO + PageZoo.FREE_16).set("_mapcount", 0xf0000001L);
        assertThat(classes(kernel).of(ZOO + PageZoo.FREE_16)).isEqualTo(PageClass.KERNEL);
    }

    /** A page that the firmware has not handed over yet stands for a block of the highest order. */
    @Test
    void anUnacceptedBlockIsFree() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_6_16);
        kernel.page(0).set("_mapcount", 0xf7000000L);
        PageClasses classes = classes(kernel);
        assertThat(classes.of(0)).isEqualTo(PageClass.FREE);
        assertThat(classes.of(1023)).isEqualTo(PageClass.FREE);
        assertThat(classes.of(ZOO + PageZoo.SLAB)).isEqualTo(PageClass.KERNEL);
    }

    /** 7.1 renames compound_head to compound_info; tails are passed over by it. */
    @Test
    void aTailIsKnownByCompoundInfo() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_6_16);
        kernel.info().without("OFFSET(page.compound_head)").offset("page.compound_info", 8);
        kernel.page(ZOO + 200).set("compound_head", kernel.pageVaddr(ZOO + 199) | 1);
        kernel.page(ZOO + 200).set("_mapcount", Generation.SINCE_6_16.buddy());
        assertThat(classes(kernel).of(ZOO + 200)).isEqualTo(PageClass.KERNEL);
    }

    @Test
    void aFreePageThatIsPoisonedIsDroppedAtEveryLevel() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_5_1);
        kernel.page(ZOO + PageZoo.FREE_16).set("flags", Generation.HWPOISON);
        PageClasses classes = classes(kernel);
        assertThat(classes.droppedAs(ZOO + PageZoo.FREE_16, 0)).isEqualTo(PageClass.HWPOISON);
        assertThat(classes.droppedAs(ZOO + PageZoo.FREE_16 + 1, 0)).isEqualTo(PageClass.KERNEL);
        assertThat(classes.droppedAs(ZOO + PageZoo.FREE_16, 16)).isEqualTo(PageClass.FREE);
    }

    /** The C tool reads struct pages in blocks of 512 and takes the last one of a block for no head. */
    @Test
    void theLastFrameOfABlockIsNoHead() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_5_1);
        kernel.page(511).set("flags", Generation.HEAD);
        kernel.page(511).set("mapping", Generation.ANON);
        kernel.page(512).set("compound_order", 3);
        PageClasses classes = classes(kernel);
        assertThat(classes.of(511)).isEqualTo(PageClass.USER);
        assertThat(classes.of(512)).isEqualTo(PageClass.KERNEL);
    }

    /** An order that the frame's number is not a multiple of cannot be: the head counts alone. */
    @Test
    void aMisalignedOrderCountsAsOnePage() {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_5_1);
        Generation.SINCE_5_1.compound(kernel, 513, 3, Kind.THP);
        kernel.page(513).set("mapping", Generation.ANON);
        PageClasses classes = classes(kernel);
        assertThat(classes.of(513)).isEqualTo(PageClass.USER);
        assertThat(classes.of(514)).isEqualTo(PageClass.KERNEL);
    }
}
