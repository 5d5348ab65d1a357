package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.linux.image.InitramfsBuilder;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UserBuffer;

/**
 * Kernel A jumps into a kernel B between 1 and 16 MiB, which jumps back. Here the load is made by hand, so that it can be wrong: a
 * kernel uses all the memory that its map shows, whoever's it is.
 */
class JumpToKernelTest {
    private static final long KERNEL = 0x100000;
    private static final long INITRD = 0xf00000;
    private static final long STUB = 0xff0000;
    private static final long PARAMETERS = STUB + 0x1000;
    private static final long COMMAND_LINE = STUB + 0x2000;
    private static final long END = 0x1000000;
    private static final String REGION_ONLY = "memmap=exactmap memmap=15296K@1024K";

    private static final String CODE = """
            58                  # pop %eax: where A wants to be entered
            a3 fc 0f ff 00      # mov %eax, 0xff0ffc
            be 00 10 ff 00      # mov $0xff1000, %esi: boot parameters
            bc fc 0f ff 00      # mov $0xff0ffc, %esp
            b8 00 00 10 00      # mov $0x100000, %eax
            ff e0               # jmp *%eax
            """;

    private static KexecSegment segment(byte[] bytes, long mem) {
        long memsz = bytes.length + 0xfffL & -0x1000L;
        return new KexecSegment(UserBuffer.of(ByteBuffer.wrap(bytes)), bytes.length, mem, memsz);
    }

    private static byte[] setup(byte[] image, int initrd, String commandLine) {
        ByteBuffer pages = ByteBuffer.allocate(0x3000).order(ByteOrder.LITTLE_ENDIAN);
        pages.put(HexFormat.of().parseHex(CODE.replaceAll("#.*\n|\\s", "")));
        pages.put(0x1000 + 0x1f1, image, 0x1f1, 0x250 - 0x1f1);
        pages.putInt(0x1000 + 0x218, (int) INITRD).putInt(0x1000 + 0x21c, initrd);
        pages.putInt(0x1000 + 0x228, (int) COMMAND_LINE);
        long[][] map = {{0, 0x9fc00, 1}, {0x9fc00, 0x400, 2}, {0x100000, 0x3f00000, 1}};
        pages.put(0x1000 + 0x1e8, (byte) map.length);
        for (int i = 0; i < map.length; i++) {
            int at = 0x1000 + 0x2d0 + 20 * i;
            pages.putLong(at, map[i][0]).putLong(at + 8, map[i][1]).putInt(at + 16, (int) map[i][2]);
        }
        byte[] line = commandLine.getBytes(StandardCharsets.US_ASCII);
        pages.put((int) (COMMAND_LINE - STUB), line);
        assertThat(PARAMETERS).isEqualTo(STUB + 0x1000);
        return pages.array();
    }

    /** Loads B; all of the region that B does not fill is backed up, but for the frame {@code hole}. */
    private static void load(BootedMachine machine, String commandLine, int hole) throws IOException {
        byte[] image = Files.readAllBytes(machine.folder().resolve("disk/hda1/boot/bzImage"));
        int setupBytes = (image[0x1f1] + 1) * 512;
        byte[] kernel = java.util.Arrays.copyOfRange(image, setupBytes, image.length);
        byte[] initrd = InitramfsBuilder.build();
        List<KexecSegment> segments = new ArrayList<>(List.of(
                segment(kernel, KERNEL),
                segment(initrd, INITRD),
                segment(setup(image, initrd.length, commandLine), STUB)));
        long at = KERNEL + segments.get(0).memsz();
        long[] ends = {(long) hole << 12, INITRD, STUB, END};
        long[] next = {
            (long) hole + 1 << 12,
            INITRD + segments.get(1).memsz(),
            STUB + segments.get(2).memsz(),
            END
        };
        for (int i = 0; i < ends.length; i++) {
            if (ends[i] > at) {
                segments.add(new KexecSegment(null, 0, at, ends[i] - at));
                at = next[i];
            }
        }
        long answer = machine.process(
                process -> process.kexecLoad(STUB, segments.size(), segments, Syscalls.KEXEC_PRESERVE_CONTEXT));
        assertThat(answer).isZero();
    }

    private static void jump(BootedMachine machine) {
        machine.process(kernel -> {
            kernel.reboot(Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
            return true;
        });
    }

    private static void jumpToB(BootedMachine machine) {
        assertThatThrownBy(() -> jump(machine))
                .isInstanceOf(ProcessGoneException.class)
                .hasMessage("another kernel runs");
    }

    private static void jumpBack(BootedMachine machine) {
        long entry = machine.machine(opened -> opened.ram().u32(STUB + 0xffc) & 0xffffffffL);
        long answer = machine.process(process ->
                process.kexecLoad(entry, 1, List.of(new KexecSegment(null, 0, 0, 0)), Syscalls.KEXEC_PRESERVE_CONTEXT));
        assertThat(answer).isZero();
        jump(machine);
    }

    private static Set<Integer> expectedToDiffer(BootedMachine machine) {
        return machine.kernel(kernel -> {
            Set<Integer> pages = Snapshot.writtenByTheJump(kernel);
            LoadedImage.of(kernel).pairs().forEach(pair -> pages.add(pair.source()));
            return pages;
        });
    }

    @Test
    void aKernelThatKeepsToItsRegionHarmsNothingOfA() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, REGION_ONLY, 0);
            Snapshot before = Snapshot.of(machine);
            Map<String, Map<String, Integer>> devices =
                    machine.machine(opened -> opened.board().registers());
            Set<Integer> expected = expectedToDiffer(machine);
            String console = machine.file("/proc/cmdline");
            jumpToB(machine);
            assertThat(machine.file("/proc/cmdline")).isEqualTo(REGION_ONLY + "\n");
            assertThat(machine.<Map<String, Map<String, Integer>>>machine(
                            opened -> opened.board().registers()))
                    .as("B has programmed every device in its own way")
                    .isNotEqualTo(devices);
            jumpBack(machine);
            assertThat(machine.file("/proc/cmdline")).isEqualTo(console);
            assertThat(before.differences(Snapshot.of(machine))).isSubsetOf(expected);
            assertThat(machine.<Map<String, Map<String, Integer>>>machine(
                            opened -> opened.board().registers()))
                    .isEqualTo(devices);
        }
    }

    /** The restricted map taken away: B takes A's memory for its own. */
    @Test
    void aKernelWithAWrongMapDestroysA() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "console=ttyS0,9600", 0);
            Snapshot before = Snapshot.of(machine);
            Set<Integer> expected = expectedToDiffer(machine);
            jumpToB(machine);
            // B alone has done it: no jump back is needed to see it.
            Set<Integer> lost = new TreeSet<>(before.differences(Snapshot.of(machine)));
            lost.removeAll(expected);
            lost.removeIf(pfn -> pfn < END >> 12);
            assertThat(lost).as("pages of A above the region").hasSizeGreaterThan(50);
            try {
                jumpBack(machine);
            } catch (ProcessGoneException stopped) {
                assertThat(stopped.ending()).isEqualTo(ProcessGoneException.Ending.STOPPED);
            }
            Set<Integer> after = new TreeSet<>(before.differences(Snapshot.of(machine)));
            after.removeAll(expected);
            assertThat(after).hasSizeGreaterThan(50);
        }
    }

    /** Page directory, init_task, zones, command line: A is never healthy. */
    @ParameterizedTest
    @ValueSource(ints = {0x406, 0x3a0, 0x3bb, 0x3c9})
    void aPageTakenOutOfTheBackupIsLost(int hole) throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, REGION_ONLY, hole);
            Snapshot before = Snapshot.of(machine);
            jumpToB(machine);
            boolean stopped = false;
            try {
                jumpBack(machine);
            } catch (ProcessGoneException e) {
                stopped = true;
            }
            assertThat(stopped || before.differences(Snapshot.of(machine)).contains(hole))
                    .isTrue();
        }
    }
}
