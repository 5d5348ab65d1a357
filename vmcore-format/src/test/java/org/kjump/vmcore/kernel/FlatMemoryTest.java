package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.build.I386Kernels;
import org.kjump.vmcore.build.KernelMemoryBuilder;

/** One array of struct pages, as Debian's i386 kernels have it. */
class FlatMemoryTest {
    private static final long FIRMWARE = 0xfffc0000L;
    private static final long NODE = 0x13000;

    /** A hypervisor's dump has firmware below 4 GiB: the array ends with the node's memory, in whole blocks of order 10. */
    @ParameterizedTest
    @CsvSource({"0, 0x2000, 0x2000", "1, 0x1bde, 0x1c00", "0x400, 0x1401, 0x1c00"})
    void theArrayEndsWithTheNode(String start, String spanned, String end) {
        KernelMemoryBuilder kernel = I386Kernels.freeLists().memory(FIRMWARE, 1L << 32);
        kernel.ram().setUnsigned(NODE + 0x928, 4, Long.decode(start));
        kernel.ram().setUnsigned(NODE + 0x930, 4, Long.decode(spanned));
        try (MemoryImage image = kernel.hypervisorDump().open()) {
            assertThat(MemoryModel.of(new KernelMemory(image), image.pfnLimit()))
                    .containsExactly(new MemMap(0, Long.decode(end), kernel.pageVaddr(0)));
        }
    }
}
