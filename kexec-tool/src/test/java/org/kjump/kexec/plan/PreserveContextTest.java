package org.kjump.kexec.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.image.KernelImage;
import org.kjump.vmcore.io.ByteSource;

/** The seed's line with a real bzImage (Linux 6.1, i386) on a PC of 128 MiB. */
class PreserveContextTest {
    private static final MemoryMap PC = MemoryMap.ofIomem("""
            00000000-0009fbff : System RAM
            0009fc00-0009ffff : Reserved
            000f0000-000fffff : Reserved
            00100000-07fdffff : System RAM
              00100000-00290fff : Kernel code
            07fe0000-07ffffff : Reserved
            """);

    private static LoadPlan plan(Optional<Payload> initrd) throws Exception {
        Path file = Path.of(System.getProperty("kjump.samples", "nowhere"), "lab", "bzImage-6.1-i386-kexec-jump");
        if (!Files.exists(file) && Boolean.getBoolean("kjump.samples.required")) {
            fail("kjump.samples: no " + file);
        }
        assumeTrue(Files.exists(file), "skipped: no real bzImage: set kjump.samples");
        try (ByteSource source = ByteSource.open(file)) {
            return LinuxPlanner.preserveContext(new LinuxRequest(
                    LinuxKernel.of((BzImage) KernelImage.of(source)),
                    PC,
                    new PaddrRange(0x100000, 0x1000000),
                    "",
                    initrd,
                    "OSRELEASE=2.6.27\n",
                    Checks.SHA256,
                    0x3f8,
                    new byte[32]));
        }
    }

    private static Segment named(LoadPlan plan, String name) {
        return plan.segments().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void kernelAndElfHeaderLieWhereTheCToolPutsThem() throws Exception {
        LoadPlan plan = plan(Optional.empty());
        assertThat(named(plan, "kernel").range()).isEqualTo(new PaddrRange(0x100000, 0x4fd000));
        assertThat(named(plan, "kernel").contentSize()).isEqualTo(0x12b200);
        assertThat(named(plan, "elfcorehdr").range()).isEqualTo(new PaddrRange(0xffc000, 0x1000000));
        assertThat(plan.flags()).isEqualTo(2);
    }

    @Test
    void everyPageThatTheNewKernelMayUseHasExactlyOneSegment() throws Exception {
        LoadPlan plan = plan(Optional.of(Payload.of(ByteBuffer.allocate(0x26b123))));
        assertThat(plan.segments()).hasSizeLessThanOrEqualTo(16);
        for (long page = 0; page < 0x7fe0000; page += 0x1000) {
            long at = page;
            boolean usable = (page >= 0x8f000 && page < 0x9f000) || (page >= 0x100000 && page < 0x1000000);
            assertThat(plan.segments().stream()
                            .filter(s ->
                                    s.range().start() <= at && at < s.range().end())
                            .count())
                    .as("page 0x%x", page)
                    .isEqualTo(usable ? 1 : 0);
        }
        assertThat(named(plan, "initrd").range().end()).isLessThanOrEqualTo(0x1000000);
    }

    @Test
    void theElfHeaderLeavesOutEveryDestination() throws Exception {
        Segment header = named(plan(Optional.empty()), "elfcorehdr");
        ByteBuffer elf = ByteBuffer.allocate((int) header.contentSize()).order(ByteOrder.LITTLE_ENDIAN);
        Objects.requireNonNull(header.content()).copyFromUser(0, elf);
        assertThat(elf.getShort(44)).as("e_phnum").isEqualTo((short) 3);
        assertThat(elf.getInt(52)).as("PT_NOTE first").isEqualTo(4);
        long[][] loads = {{0, 0x8f000}, {0x1000000, 0x6fe0000}};
        for (int i = 0; i < loads.length; i++) {
            int at = 52 + 32 * (i + 1);
            assertThat(elf.getInt(at + 4)).isEqualTo((int) loads[i][0]);
            assertThat(elf.getInt(at + 12)).isEqualTo((int) loads[i][0]);
            assertThat(elf.getInt(at + 20)).isEqualTo((int) loads[i][1]);
        }
    }

    @Test
    void theCommandLineNamesTheRestrictedMap() throws Exception {
        Segment setup = named(plan(Optional.empty()), "setup");
        ByteBuffer bytes = ByteBuffer.allocate((int) setup.contentSize()).order(ByteOrder.LITTLE_ENDIAN);
        Objects.requireNonNull(setup.content()).copyFromUser(0, bytes);
        String line = new String(bytes.array(), 0x4000, 100, StandardCharsets.US_ASCII);
        assertThat(line).startsWith(" elfcorehdr=16368K memmap=exactmap memmap=64K@572K memmap=15344K@1024K\0");
        assertThat(bytes.getInt(0x214)).as("code32_start").isEqualTo(0x100000);
    }
}
