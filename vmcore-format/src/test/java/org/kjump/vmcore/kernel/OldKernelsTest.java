package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.build.I386Kernels;
import org.kjump.vmcore.build.KernelMemoryBuilder;

/** Kernels before 3.9, whose VMCOREINFO tells little: what it does not is known of their versions. */
class OldKernelsTest {
    private static final long ANON = 1;

    private final KernelMemoryBuilder kernel = I386Kernels.tiny();

    private PageClasses classes() {
        try (MemoryImage image = kernel.dump().open()) {
            return PageClassifier.of(new KernelMemory(image)).all();
        }
    }

    /** The head's flag: 14 up to 2.6.25, 13 as of 2.6.26's enumeration, 14 again as of 2.6.30's PG_private_2. The order is in lru.prev. */
    @ParameterizedTest
    @CsvSource({
        "2.6.24, 14",
        "2.6.25.9, 14",
        "2.6.26, 13",
        "2.6.27, 13",
        "2.6.29, 13",
        "2.6.30, 14",
        "2.6.32-5, 14",
        "3.2.0, 14"
    })
    void theHeadOfACompoundPageIsKnownByTheVersion(String release, int bit) {
        kernel.info().line("OSRELEASE", release);
        kernel.page(0x38).set("flags", I386Kernels.LRU | 1L << bit);
        kernel.page(0x38).set("mapping", 0xc0001000L | ANON);
        kernel.page(0x39).set("lru.prev", 2);
        PageClasses classes = classes();
        for (long pfn = 0x38; pfn < 0x3c; pfn++) {
            assertThat(classes.of(pfn)).isEqualTo(PageClass.USER);
        }
        assertThat(classes.of(0x3c)).isEqualTo(PageClass.KERNEL);
    }

    /** Numbers that were no enumeration yet: lru 5, private 11, swapcache 15. */
    @Test
    void flagsThatNobodyTellsHaveTheirFirstNumbers() {
        kernel.info().line("OSRELEASE", "2.6.18");
        kernel.info().without("NUMBER(PG_lru)").without("NUMBER(PG_private)").without("NUMBER(PG_swapcache)");
        kernel.page(0x38).set("flags", 1 << 5 | 1 << 11);
        kernel.page(0x39).set("flags", 1 << 15);
        PageClasses classes = classes();
        assertThat(classes.of(0x35)).isEqualTo(PageClass.CACHE);
        assertThat(classes.of(0x38)).isEqualTo(PageClass.CACHE_PRIVATE);
        assertThat(classes.of(0x39)).isEqualTo(PageClass.CACHE);
    }

    /** With debug data: 2.6.38 marks free pages by _mapcount -2, later ones by -128. */
    @ParameterizedTest
    @CsvSource({
        "2.6.38, 0xfffffffe, FREE",
        "2.6.39, 0xffffff80, FREE",
        "3.8.0, 0xffffff80, FREE",
        "2.6.38, 0xffffff80, KERNEL"
    })
    void debugDataOfKernelsBefore39LetStructPagesTell(String release, String mapcount, PageClass expected) {
        kernel.info().line("OSRELEASE", release).offset("page._mapcount", 8).offset("page.private", 12);
        long head = kernel.page(0x38).address();
        kernel.ram().setUnsigned(head + 8, 4, Long.decode(mapcount));
        kernel.ram().setUnsigned(head + 12, 4, 3);
        PageClasses classes = classes();
        assertThat(classes.of(0x38)).isEqualTo(expected);
        assertThat(classes.of(0x3f)).isEqualTo(expected);
        assertThat(classes.of(0x20)).as("on a free list, which is not asked").isEqualTo(PageClass.KERNEL);
    }

    /** With debug data: 2.6.17 to 2.6.37 have a flag. */
    @Test
    void aFlagMarksFreePages() {
        kernel.info().number("PG_buddy", 18).offset("page._mapcount", 8).offset("page.private", 12);
        long head = kernel.page(0x38).address();
        kernel.page(0x38).set("flags", 1 << 18);
        kernel.ram().setUnsigned(head + 12, 4, 1);
        PageClasses classes = classes();
        assertThat(classes.of(0x38)).isEqualTo(PageClass.FREE);
        assertThat(classes.of(0x39)).isEqualTo(PageClass.FREE);
        assertThat(classes.of(0x3a)).isEqualTo(PageClass.KERNEL);
    }
}
