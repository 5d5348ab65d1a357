package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.syscall.KexecSegment;
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
                // Bits 33 to 35 were 2, movable: the kernel's own pages took the block at 0x3c00 over, and it is 0 now.
                assertThat(kernel.u32(normal.get("pageblock_flags") + 4)).isZero();
                assertThat(new long[] {kernel.u32(normal.address() + 32), kernel.u32(normal.address() + 36)})
                        .as("per-CPU pages: high, batch")
                        .containsExactly(6, 1);
                assertThat(new long[] {normal.get("pageblock_flags"), normal.get("wait_table")})
                        .containsExactly(0xc10800a0L, 0xc10800c0L);
                assertThat(new long[] {normal.get("wait_table_hash_nr_entries"), normal.get("wait_table_bits")})
                        .containsExactly(64, 6);
                assertThat(zone(kernel, 2).get("pages_min")).isEqualTo(32);
                // Highest first, then NULL.
                assertThat(new long[] {
                            kernel.u32(0xc03bbde4L),
                            kernel.u32(0xc03bbde8L),
                            kernel.u32(0xc03bbdecL),
                            kernel.u32(0xc03bbdf0L),
                            kernel.u32(0xc03bbdf4L)
                        })
                        .containsExactly(0xc03bb618L, 1, 0xc03bb380L, 0, 0);
                assertThat(kernel.variable("mem_map")).isEqualTo(0xc1000000L);
                assertThat(dma.address()).isEqualTo(0xc03bb380L);
                return true;
            });
        }
    }

    /**
     * Nothing has been taken from zone DMA: all 664 bytes of it are known. The known bytes have the lists in ascending order;
     * which block is in front depends on what was freed when, so the lists are sorted first.
     */
    @Test
    void zoneDmaHasTheBytesOfTheRealKernel() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            String digest = machine.kernel(kernel -> {
                ByteBuffer bytes = ByteBuffer.allocate(664).order(ByteOrder.LITTLE_ENDIAN);
                kernel.read(0xc03bb380L, bytes);
                List<String> blocks = new ArrayList<>();
                for (int order = 0; order < 11; order++) {
                    for (int type = 0; type < 5; type++) {
                        int at = 48 + 44 * order + 8 * type;
                        List<Long> nodes = new ArrayList<>(kernel.list(0xc03bb380L + at));
                        nodes.sort(null);
                        for (long node : nodes) {
                            blocks.add("%d:%x/%d".formatted(type, (node - 0xc1000018L) / 32, order));
                        }
                        if (!nodes.isEmpty()) {
                            bytes.putInt(at, nodes.get(0).intValue());
                            bytes.putInt(at + 4, nodes.get(nodes.size() - 1).intValue());
                        }
                    }
                }
                assertThat(blocks)
                        .containsExactlyInAnyOrder(
                                ("2:1/0 2:3/0 2:4/2 2:8/3 2:10/4 2:20/5 2:40/6 2:80/4 2:90/3 2:98/2 2:9c/1"
                                                + " 2:9e/0 2:3d0/4 2:3e0/5 2:400/2 2:404/1 2:483/0 2:484/2 2:488/3 2:490/4 2:4a0/5"
                                                + " 2:4c0/6 2:500/8 2:600/9 2:c00/10 3:800/10")
                                        .split(" "));
                return sha256(bytes.array());
            });
            assertThat(digest).isEqualTo("fec2743574c95f3ebf806bfbd22e8e1dbbcd514784b460a62413acdcd9785929");
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last block that boot gave back was the highest: from there the kernel takes its pages, upwards. */
    @Test
    void kernelPagesClusterInTheHighestBlock() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                long task = kernel.u32(kernel.profile().symbol("init_task") + 160) - 160;
                assertThat((task - 0xc0000000L) >> 22).isEqualTo(0x3c00 >> 10);
                return true;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"active_list", "inactive_list"})
    void pagesThatCouldBeTakenBackAreOnTheLists(String list) throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                Struct normal = zone(kernel, 1);
                int flagsOfAll = -1;
                long pages = 0;
                for (long node : kernel.list(normal.addressOf(list))) {
                    flagsOfAll &= (int) kernel.u32(node - 24);
                    pages++;
                }
                // PG_lru, PG_uptodate; PG_active on the one list alone.
                assertThat(flagsOfAll & 0x28).isEqualTo(0x28);
                assertThat((flagsOfAll & 0x40) != 0).isEqualTo(list.equals("active_list"));
                long counter = kernel.u32(normal.addressOf("vm_stat") + (list.equals("active_list") ? 8 : 4));
                assertThat(pages).isEqualTo(counter).isGreaterThan(300);
                return true;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {16, 20, 32, 47, 1024, 2048})
    void aKernelBootsOnOtherSizesOfMemory(long mebibytes) throws IOException {
        try (BootedMachine machine = BootedMachine.withMemory(mebibytes << 20)) {
            machine.kernel(kernel -> {
                long lowmem = Math.min(mebibytes << 8, 0x38000);
                assertThat(kernel.variable("max_low_pfn")).isEqualTo(lowmem);
                assertThat(zone(kernel, 2).get("spanned_pages")).isEqualTo((mebibytes << 8) - lowmem);
                // The direct mapping ends where low memory ends.
                int last = (int) (lowmem - 1);
                long entry = kernel.u32(0xc0406000L + 4L * (768 + (last >> 10)));
                assertThat((entry & 0x80) != 0
                                || kernel.u32(0xc0000000L + (entry & 0xfffff000L) + 4L * (last & 0x3ff)) != 0)
                        .isTrue();
                return true;
            });
            long loaded = machine.process(
                    kernel -> kernel.kexecLoad(0x100000, 1, List.of(new KexecSegment(null, 0, 0x100000, 0x40000)), 2));
            assertThat(loaded).isZero();
        }
    }

    /** A kernel that takes 5 MiB for itself still starts its tasks in eight. */
    @Test
    void aKernelBootsInEightMebibytes() throws IOException {
        try (BootedMachine machine = BootedMachine.withMemory(8L << 20)) {
            assertThat(machine.file("/proc/meminfo")).startsWith("MemTotal:         ");
        }
    }

    @Test
    void structPagesHaveTheWordsOfTheRealKernel() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                // Kernel text, and the memory map itself.
                assertThat(words(kernel, 0x100)).isEqualTo("400 1 ffffffff 0 0 0 c1002018 c1002018");
                assertThat(words(kernel, 5)).isEqualTo("0 0 ffffffff 0 0 0 c10000b8 c10000b8");
                assertThat(words(kernel, 1)).startsWith("40000 0 ffffffff 0 0 0 ");
                assertThat(words(kernel, 0x404)).startsWith("40000 0 ffffffff 1 0 0 ");
                assertThat(words(kernel, 0x800)).isEqualTo("40000 0 ffffffff a 0 0 c03bb580 c03bb580");
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
