package org.kjump.vmcore.elf;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.layout.GoldenLayouts;

class ElfLayoutTest {
    private static void assertIsTheCompilers(ElfLayout layout, int wordBytes) throws IOException {
        GoldenLayouts.assertIsTheCompilers(layout.header(), wordBytes, "Ehdr");
        GoldenLayouts.assertIsTheCompilers(layout.program(), wordBytes, "Phdr");
        GoldenLayouts.assertIsTheCompilers(layout.section(), wordBytes, "Shdr");
    }

    @Test
    void class32IsAsGccForI386LaysItOut() throws IOException {
        assertIsTheCompilers(ElfLayout.ELF32, 4);
    }

    @Test
    void class64IsAsGccForX8664LaysItOut() throws IOException {
        assertIsTheCompilers(ElfLayout.ELF64, 8);
    }
}
