package org.kjump.kexec.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.image.KernelImage;
import org.kjump.vmcore.io.ByteSource;

/** What kexec-tools 2.0.32, built for i386, printed with {@code -d} for the bzImage of a Linux 6.1 and the map of a small PC. */
class KnownAnswerTest {
    private static final MemoryMap PC = MemoryMap.ofIomem("""
            00000000-0009fbff : System RAM
            0009fc00-0009ffff : Reserved
            000f0000-000fffff : Reserved
            00100000-07fdffff : System RAM
            07fe0000-07ffffff : Reserved
            """);

    private record Row(long memory, long size, long content) {}

    private static LinuxRequest request(ByteSource file, PaddrRange window, String line, Optional<Payload> initrd) {
        return new LinuxRequest(
                LinuxKernel.of((BzImage) KernelImage.of(file)),
                PC,
                window,
                line,
                initrd,
                "",
                Checks.SHA256,
                0x3f8,
                new byte[32]);
    }

    private static ByteSource bzImage() throws Exception {
        Path file =
                Path.of(System.getProperty("kjump.samples", "../shared/samples"), "lab", "bzImage-6.1-i386-kexec-jump");
        String missing = "skipped: no real bzImage " + file.toAbsolutePath().normalize() + " on this machine";
        if (Boolean.getBoolean("kjump.samples.required")) {
            Assertions.assertTrue(Files.exists(file), missing);
        }
        Assumptions.assumeTrue(Files.exists(file), missing);
        return ByteSource.open(file);
    }

    /** The segment table as a reader of the text has it. */
    private static List<Row> table(LoadPlan plan) {
        return Pattern.compile("bufsz = 0x([0-9a-f]+)\\s+\\S+mem   = 0x([0-9a-f]+)\\s+\\S+memsz = 0x([0-9a-f]+)")
                .matcher(plan.debugText())
                .results()
                .map(row -> new Row(number(row, 2), number(row, 3), number(row, 1)))
                .toList();
    }

    private static long number(MatchResult row, int group) {
        return Long.parseLong(row.group(group), 16);
    }

    /**
     * {@code --load-preserve-context --mem-min=0x100000 --mem-max=0xffffff}, no initrd, no command line. Ours differs in the low window,
     * which the C tool lends without a backup; in the contents of setup (the map is on the command line), purgatory (our own) and
     * elfcorehdr (its notes are in it).
     */
    @Test
    void aJumpIsPlacedAsTheCToolPlacesIt() throws Exception {
        try (ByteSource file = bzImage()) {
            LoadPlan plan = LinuxPlanner.preserveContext(
                    request(file, new PaddrRange(0x100000, 0x1000000), "", Optional.empty()));
            List<Row> table = table(plan);
            assertThat(table).hasSize(7);
            assertThat(table.get(0)).as("the low window").isEqualTo(new Row(0x8f000, 0x10000, 0));
            assertThat(table.get(1)).as("kernel").isEqualTo(new Row(0x100000, 0x3fd000, 0x12b200));
            assertThat(table.get(2)).as("seed").isEqualTo(new Row(0x4fd000, 0x1000, 0x30));
            assertThat(table.get(3)).as("backup").isEqualTo(new Row(0x4fe000, 0xaf1000, 0));
            assertPlace(table.get(4), 0xfef000, 0x5000);
            assertPlace(table.get(5), 0xff4000, 0x8000);
            assertPlace(table.get(6), 0xffc000, 0x4000);
            assertThat(plan.flags()).isEqualTo(2);
            assertThat(plan.entry()).as("in the purgatory").isBetween(0xff4000L, 0xffbfffL);
            assertThat(plan.debugText())
                    .contains("\nCommand line after adding elfcorehdr\n elfcorehdr=16368K\n")
                    .contains("bzImage is relocatable\nkernel init_size 0x3fd000\n")
                    .contains("Created elf header segment at 0xffc000\n")
                    .contains("Loaded purgatory at addr 0xff4000\n")
                    .contains("Loaded real-mode code and command line at 0xfef000\n")
                    .contains("Loaded 32bit kernel at 0x100000\n")
                    .contains("Created backup segment at 0x4fe000\n")
                    .contains("kexec_load: entry = 0xff40")
                    .contains("\nnr_segments = 7\n");
        }
    }

    private static void assertPlace(Row row, long memory, long size) {
        assertThat(row.memory()).isEqualTo(memory);
        assertThat(row.size()).isEqualTo(size);
    }

    /** With {@code --mem-min=0} the C tool's low backup is 0x1000/0x9e000; page 0 and page 0x9f000 are missing from it. */
    @Test
    void lowMemoryIsBackedUpToItsLastWholePage() throws Exception {
        try (ByteSource file = bzImage()) {
            LoadPlan plan =
                    LinuxPlanner.preserveContext(request(file, new PaddrRange(0, 0x1000000), "", Optional.empty()));
            assertThat(table(plan).get(0)).isEqualTo(new Row(0, 0x9f000, 0));
            assertThat(table(plan)).hasSize(7).contains(new Row(0x4fe000, 0xaf1000, 0));
        }
    }

    /** {@code -l --append=x=1 --initrd} with an initrd of 0x26b000 bytes. */
    @Test
    void aSuccessorIsPlacedAsTheCToolPlacesIt() throws Exception {
        try (ByteSource file = bzImage()) {
            Payload initrd = Payload.of(ByteBuffer.allocate(0x26b000));
            LoadPlan plan =
                    LinuxPlanner.replace(request(file, new PaddrRange(0, 1L << 32), "x=1", Optional.of(initrd)));
            List<Row> table = table(plan);
            assertThat(table).hasSize(5);
            assertThat(table.get(0)).as("setup").isEqualTo(new Row(0x3000, 0x5000, 0x4000 + 4 + 64));
            assertThat(table.get(1)).as("kernel").isEqualTo(new Row(0x100000, 0x3fd000, 0x12b200));
            assertThat(table.get(2)).as("seed").isEqualTo(new Row(0x4fd000, 0x1000, 0x30));
            assertThat(table.get(3)).as("initrd").isEqualTo(new Row(0x7d6d000, 0x26b000, 0x26b000));
            assertPlace(table.get(4), 0x7fd8000, 0x8000);
            assertThat(plan.flags()).isZero();
            assertThat(plan.entry()).isBetween(0x7fd8000L, 0x7fdffffL);
        }
    }

    /** In the lab: RAM of 64 MiB, an initrd of 0x171522 bytes; kernel, initrd and elfcorehdr as printed (2.0.25 has no seed). */
    @Test
    void theInitrdLiesInTheRegionWhereThePatchedToolPutIt() throws Exception {
        try (ByteSource file = bzImage()) {
            Payload initrd = Payload.of(ByteBuffer.allocate(0x171522));
            LoadPlan plan = LinuxPlanner.preserveContext(
                    request(file, new PaddrRange(0x100000, 0x1000000), "", Optional.of(initrd)));
            assertThat(table(plan))
                    .contains(new Row(0xe7d000, 0x172000, 0x171522))
                    .hasSize(8);
            assertThat(plan.debugText())
                    .contains("initrd_addr_max is 0x7fffffff\nLoaded initrd at 0xe7d000 size 0x171522\n");
        }
    }
}
