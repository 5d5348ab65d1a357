package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** Numbers that a real 2.6.27 has on 64 MiB, computed from its rules (mm/page_alloc.c) apart from this code. */
class MemoryAfterBootTest {
    private static Struct zone(KernelView kernel, int number) {
        return kernel.struct("zone", kernel.profile().symbol("contig_page_data") + 664L * number);
    }

    @Test
    void zonesHaveTheNumbersOfTheRealKernel() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                Struct dma = zone(kernel, 0);
                Struct normal = zone(kernel, 1);
                assertThat(new long[] {dma.get("spanned_pages"), dma.get("present_pages")})
                        .containsExactly(4096, 3967);
                assertThat(new long[] {normal.get("spanned_pages"), normal.get("present_pages")})
                        .containsExactly(12288, 12192);
                assertThat(new long[] {dma.get("pages_min"), dma.get("pages_low"), dma.get("pages_high")})
                        .containsExactly(62, 77, 93);
                assertThat(new long[] {normal.get("pages_min"), normal.get("pages_low"), normal.get("pages_high")})
                        .containsExactly(191, 238, 286);
                assertThat(kernel.u32(dma.addressOf("lowmem_reserve") + 4)).isEqualTo(47);
                assertThat(kernel.u32(dma.get("pageblock_flags"))).isEqualTo(0x4d2);
                assertThat(kernel.u32(normal.get("pageblock_flags"))).isEqualTo(0x9249249aL);
                assertThat(kernel.u32(normal.get("pageblock_flags") + 4)).isEqualTo(4);
                assertThat(kernel.variable("mem_map")).isEqualTo(0xc1000000L);
                assertThat(dma.address()).isEqualTo(0xc03bb380L);
                return true;
            });
        }
    }

    @Test
    void structPagesHaveTheWordsOfTheRealKernel() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                // Kernel text, and the memory map itself.
                assertThat(words(kernel, 0x100)).isEqualTo("400 1 ffffffff 0 0 0 c1002018 c1002018");
                assertThat(words(kernel, 0x1000)).isEqualTo("40000400 1 ffffffff 0 0 0 c1020018 c1020018");
                return true;
            });
        }
    }

    private static String words(KernelView kernel, int pfn) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            words.append(i == 0 ? "" : " ").append(Long.toHexString(kernel.u32(0xc1000000L + 32L * pfn + 4L * i)));
        }
        return words.toString();
    }

    @Test
    void vmcoreinfoIsTheRealKernelsText() throws NoSuchAlgorithmException {
        byte[] text = Profile.forRelease("2.6.27").vmcoreinfoText().getBytes(StandardCharsets.US_ASCII);
        assertThat(text).hasSize(930);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text)))
                .isEqualTo("5955ef68d35fe51f6e5f2b9350ce4c71ba9c8273f1dfb974bb17b40ed92e80f5");
    }

    @Test
    void freeListsAgreeWithTheirCounters() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                for (int number = 0; number < 2; number++) {
                    Struct zone = zone(kernel, number);
                    long pages = 0;
                    for (int order = 0; order < 11; order++) {
                        long area = zone.addressOf("free_area") + 44L * order;
                        int blocks = 0;
                        for (int type = 0; type < 5; type++) {
                            blocks += kernel.list(area + 8L * type).size();
                        }
                        assertThat(kernel.u32(area + 40)).isEqualTo(blocks);
                        pages += (long) blocks << order;
                    }
                    assertThat(kernel.u32(zone.addressOf("vm_stat")))
                            .isEqualTo(pages)
                            .isPositive();
                }
                return true;
            });
        }
    }
}
