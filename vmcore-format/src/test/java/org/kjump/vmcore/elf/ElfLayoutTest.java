package org.kjump.vmcore.elf;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.layout.GoldenLayouts;

class ElfLayoutTest {
    private static void assertIsTheCompilers(ElfLayout layout, String abi) throws IOException {
        GoldenLayouts.assertIsTheCompilers(layout.header(), abi, "Ehdr");
        GoldenLayouts.assertIsTheCompilers(layout.program(), abi, "Phdr");
        GoldenLayouts.assertIsTheCompilers(layout.section(), abi, "Shdr");
    }

    @Test
    void class32IsAsGccForI386LaysItOut() throws IOException {
        assertIsTheCompilers(ElfLayout.ELF32, "32");
    }

    @Test
    void class64IsAsGccForX8664LaysItOut() throws IOException {
        assertIsTheCompilers(ElfLayout.ELF64, "64");
    }
}
