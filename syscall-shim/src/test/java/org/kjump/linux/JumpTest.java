package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kjump.linux.sched.Tasks;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineConfig;
import org.kjump.machine.memory.Ram;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.SyscallsProvider;
import org.kjump.syscall.UserBuffer;
import org.kjump.vmcore.layout.Struct;

/** Payloads of real i386 code that kernel A jumps into: what comes back, and what does not. */
class JumpTest {
    private static final long PAYLOAD = 0x1800000;

    static void load(BootedMachine machine, String code) {
        byte[] bytes = HexFormat.of().parseHex(code.replaceAll("#.*\n|\\s", ""));
        machine.process(kernel -> kernel.kexecLoad(
                PAYLOAD,
                1,
                List.of(new KexecSegment(UserBuffer.of(ByteBuffer.wrap(bytes)), bytes.length, PAYLOAD, 0x1000)),
                Syscalls.KEXEC_PRESERVE_CONTEXT));
    }

    static void jump(BootedMachine machine) {
        machine.process(kernel -> {
            kernel.reboot(Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
            return true;
        });
    }

    /** All pages of all tasks. */
    static byte[] taskPages(BootedMachine machine) {
        return machine.kernel(kernel -> {
            Tasks tasks = new Tasks(kernel);
            ByteBuffer all = ByteBuffer.allocate(4 << 20);
            for (Struct task : tasks.user()) {
                tasks.pages(task).forEach(page -> all.put(kernel.ram().peekPage(page.pfn())));
            }
            return Arrays.copyOf(all.array(), all.position());
        });
    }

    static Map<String, Map<String, Integer>> devices(BootedMachine machine) {
        return machine.machine(opened -> opened.board().registers());
    }

    // A payload that leaves every device's registers changed, then returns.
    private static final String WRECKER = """
            b0 30 e6 43 b0 11 e6 40 b0 22 e6 40             # PIT mode 0x30, count 0x2211
            b0 11 e6 20 b0 50 e6 21 b0 04 e6 21 b0 03 e6 21 b0 77 e6 21 # PIC 1: vectors at 0x50
            b0 0b e6 70 b0 07 e6 71                         # RTC register B
            66 ba fb 03 b0 83 ee 66 ba f8 03 b0 0c ee 66 ba fb 03 b0 1a ee # UART: 9600, 7 bits
            66 ba f1 01 b0 03 ee 66 ba f2 01 b0 08 ee 66 ba f7 01 b0 ef ee # IDE: PIO mode 0
            66 ba 00 03 b0 21 ee 66 ba 0f 03 b0 00 ee 66 ba 01 03 b0 60 ee # NIC: stopped, another ring
            66 ba 00 03 b0 61 ee 66 ba 01 03 b0 99 ee 66 ba 00 03 b0 21 ee # NIC: another station address
            b0 11 e6 a0 b0 58 e6 a1 b0 02 e6 a1 b0 03 e6 a1 b0 77 e6 a1     # PIC 2: vectors at 0x58
            66 ba d0 04 b0 f8 ee 66 ba d1 04 b0 de ee                       # edge or level
            c3                                              # ret
            """;

    @Test
    void aPayloadThatReturnsLeavesKernelAWhole() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "c3");
            byte[] before = taskPages(machine);
            jump(machine);
            assertThat(taskPages(machine)).isEqualTo(before).hasSizeGreaterThan(300 * Ram.PAGE_SIZE);
            assertThat(machine.console()).contains("Restarting tasks ... done.");
        }
    }

    @Test
    void everyDeviceIsAsItWasAfterAPayloadThatWreckedThem() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, WRECKER);
            Map<String, Map<String, Integer>> before = devices(machine);
            jump(machine);
            assertThat(devices(machine)).isEqualTo(before);
        }
    }

    /** Pops the return address, leaves its other entry where the next one is looked for, and jumps back. */
    @Test
    void aPayloadWithTwoEntriesIsEnteredInTurn() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, """
                    66 ba f8 03 b0 58 ee 58 68 20 00 80 01 ff e0 00 # X, next entry at +0x20
                    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                    66 ba f8 03 b0 59 ee 58 68 00 00 80 01 ff e0 00 # Y, next entry at +0x00
                    """);
            for (int i = 0; i < 5; i++) {
                jump(machine);
            }
            assertThat(machine.console().replaceAll("\\[[^\n]*\n", "")).isEqualTo("XYXYX");
        }
    }

    @Test
    void aPayloadThatHaltsStopsTheMachine() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "f4");
            assertThatThrownBy(() -> jump(machine))
                    .isInstanceOf(ProcessGoneException.class)
                    .hasMessageContaining("halted");
            assertThatThrownBy(() -> jump(machine)).hasMessageContaining("no kernel runs");
        }
    }

    @Test
    void aPayloadWithAnUnknownInstructionEndsInATripleFaultThatSaysWhere() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "0f 0b");
            assertThatThrownBy(() -> jump(machine))
                    .hasMessageContaining("triple fault: #UD invalid opcode")
                    .hasMessageContaining("eip=01800000")
                    .hasMessageContaining("code at eip: 0f 0b");
        }
    }

    /** What the processor gets back is what stands in saved_context, not what anybody remembers. */
    @Test
    void theProcessorsStateComesFromTheKernelsMemory() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "c7 05 8c e0 43 00 78 56 34 12 c3"); // movl $0x12345678, saved_context.cr2; ret
            String before = machine.machine(opened -> opened.cpu().describe());
            assertThat(before).contains("cr2=00000000").contains("gdt=c03ba000 limit 00ff");
            jump(machine);
            String after = machine.machine(opened -> opened.cpu().describe());
            assertThat(after.replaceAll("e[a-d]x=\\w+|e[sd]i=\\w+|ebp=\\w+", ""))
                    .isEqualTo(before.replace("cr2=00000000", "cr2=12345678")
                            .replaceAll("e[a-d]x=\\w+|e[sd]i=\\w+|ebp=\\w+", ""));
        }
    }

    /** Stack segment 0x68 is loaded from the descriptor table in memory: without the entry the kernel dies on its way back. */
    @Test
    void aKernelWithoutItsDescriptorsDoesNotComeBack() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "c7 05 6c a0 3b 00 00 00 00 00 c3"); // movl $0, gdt[13].high; ret
            assertThatThrownBy(() -> jump(machine))
                    .isInstanceOf(ProcessGoneException.class)
                    .hasMessageContaining("Kernel panic - not syncing: general protection fault: 0068");
            assertThatThrownBy(() -> jump(machine)).hasMessageContaining("no kernel runs");
        }
    }

    /** The lock that kernel_kexec takes is held in the image that leaves, and open again in the kernel that came back. */
    @Test
    void theLockIsHeldDuringTheJumpAndOpenBehindIt() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            // movzbl kexec_mutex, %eax; add $'0', %al; out to the serial port; ret
            load(machine, "0f b6 05 00 9b 3c 00 04 30 66 ba f8 03 ee c3");
            jump(machine);
            assertThat(machine.console().replaceAll("\\[[^\n]*\n", "")).isEqualTo("0");
            assertThat(machine.<Long>kernel(kernel -> kernel.variable("kexec_mutex")))
                    .isEqualTo(1);
        }
    }

    /** Killed at any character that the kernels print: the machine is the old one. */
    @Test
    void aProcessKilledInTheMiddleOfAJumpLeavesTheOldMachine() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, "66 ba f8 03 b0 58 ee c3"); // prints X, returns
            byte[] before = machine.state();
            int kill = 0;
            int characters = jumpKilledBehind(machine, kill);
            while (characters == kill) {
                assertThat(machine.state())
                        .as("killed behind %d characters", kill)
                        .isEqualTo(before);
                kill += 7;
                characters = jumpKilledBehind(machine, kill);
            }
            assertThat(characters).isGreaterThan(100);
            assertThat(machine.state()).isNotEqualTo(before);
        }
    }

    /** A serial line at whose {@code limit}th character the process dies. */
    private static final class DeadlyLine implements Appendable {
        private final int limit;
        private int seen;

        DeadlyLine(int limit) {
            this.limit = limit;
        }

        @Override
        public Appendable append(char character) {
            if (seen == limit) {
                throw new KexecLoadEffectTest.Killed();
            }
            seen++;
            return this;
        }

        @Override
        public Appendable append(CharSequence text) {
            text.chars().forEach(character -> append((char) character));
            return this;
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) {
            return append(text.subSequence(start, end));
        }
    }

    /** How many characters came; {@code limit} if the process died. */
    private static int jumpKilledBehind(BootedMachine machine, int limit) {
        DeadlyLine line = new DeadlyLine(limit);
        try (Syscalls kernel = SyscallsProvider.load().exec(machine.folder(), "kexec", machine.folder(), line)) {
            kernel.reboot(Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
            return line.seen == limit ? limit + 1 : line.seen;
        } catch (KexecLoadEffectTest.Killed killed) {
            return limit;
        }
    }

    @Test
    void anotherProcessIsToldWhoUsesTheMachine(@TempDir Path directory) {
        Path folder = directory.resolve("machine");
        Machine.create(folder, new MachineConfig(64L << 20));
        try (Machine first = Machine.open(folder)) {
            assertThat(first.poweredOn()).isFalse();
            String pid = "in use by pid " + ProcessHandle.current().pid();
            assertThatThrownBy(() -> Machine.open(folder)).hasMessageContaining(pid);
            assertThatThrownBy(() -> exec(folder))
                    .isInstanceOf(ProcessGoneException.class)
                    .hasMessageContaining(pid);
        }
        assertThatThrownBy(() -> exec(folder))
                .isInstanceOf(ProcessGoneException.class)
                .hasMessageContaining("the machine is switched off; no kernel runs");
        assertThatThrownBy(() -> exec(directory.resolve("none")))
                .isInstanceOf(ProcessGoneException.class)
                .hasMessageContaining("no machine here");
    }

    private static Syscalls exec(Path folder) {
        return SyscallsProvider.load().exec(folder, "kexec", folder, new StringBuilder());
    }
}
