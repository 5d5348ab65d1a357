package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kjump.syscall.FileStatus;
import org.kjump.syscall.Syscalls;

/** /proc and /sys in the forms of Linux 2.6.27, and made from what memory says when they are opened. */
class KernelFilesTest {
    @Test
    void iomemNamesTheRangesInclusively() throws IOException {
        try (BootedMachine machine = BootedMachine.withCrashKernel()) {
            assertThat(machine.file("/proc/iomem")).isEqualTo("""
                    00000000-0009fbff : System RAM
                    0009fc00-0009ffff : reserved
                    000f0000-000fffff : reserved
                    00100000-07ffffff : System RAM
                      00100000-0031ffff : Kernel code
                      00320000-003ccfff : Kernel data
                      00406000-0047ffff : Kernel bss
                      02000000-02ffffff : Crash kernel
                    fffc0000-ffffffff : reserved
                    """);
        }
    }

    @Test
    void iomemFollowsTheMapInMemory() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.kernel(kernel -> {
                // The second entry of e820: its type becomes ACPI data.
                kernel.setU32(kernel.profile().symbol("e820") + 4 + 20 + 16, 3);
                return true;
            });
            assertThat(machine.file("/proc/iomem")).contains("0009fc00-0009ffff : ACPI Tables\n");
            assertThat(machine.file("/sys/firmware/memmap/1/type")).isEqualTo("reserved\n");
        }
    }

    @Test
    void theFirmwareMapHasADirectoryForEveryEntry() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            List<String> entries = machine.process(kernel -> kernel.list("/sys/firmware/memmap"));
            assertThat(entries).containsExactly("0", "1", "2", "3", "4");
            assertThat(machine.file("/sys/firmware/memmap/3/start")).isEqualTo("0x100000\n");
            assertThat(machine.file("/sys/firmware/memmap/3/end")).isEqualTo("0x3ffffff\n");
            assertThat(machine.file("/sys/firmware/memmap/3/type")).isEqualTo("System RAM\n");
        }
    }

    @Test
    void vmcoreinfoSaysWhereTheNoteIsAndTheLengthOfItsText() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            assertThat(machine.file("/sys/kernel/vmcoreinfo")).isEqualTo("43b000 1000\n");
        }
    }

    @Test
    void kexecLoadedFollowsTheVariableInMemory() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            assertThat(machine.file("/sys/kernel/kexec_loaded")).isEqualTo("0\n");
            assertThat(machine.file("/sys/kernel/kexec_crash_loaded")).isEqualTo("0\n");
            machine.kernel(kernel -> {
                kernel.setVariable("kexec_image", 0xc3c00000L);
                return true;
            });
            assertThat(machine.file("/sys/kernel/kexec_loaded")).isEqualTo("1\n");
        }
    }

    @Test
    void meminfoAddsUpOnAMachineWithHighMemory() throws IOException {
        try (BootedMachine machine = BootedMachine.withMemory(1024L << 20)) {
            String text = machine.file("/proc/meminfo");
            assertThat(text.lines()).allMatch(line -> line.matches("[A-Za-z]+: +\\d+ kB"));
            assertThat(value(text, "HighTotal")).isEqualTo(128 << 10);
            assertThat(value(text, "HighTotal") + value(text, "LowTotal")).isEqualTo(value(text, "MemTotal"));
            assertThat(value(text, "HighFree") + value(text, "LowFree")).isEqualTo(value(text, "MemFree"));
            assertThat(value(text, "Cached")).isEqualTo(600 * 4);
        }
    }

    private static long value(String text, String name) {
        return Long.parseLong(text.replaceAll("(?s).*\\b" + name + ": +(\\d+) kB.*", "$1"));
    }

    /** The host's files are out of the machine's world. */
    @Test
    void aRootOutsideTheMachineIsNone() throws IOException {
        assertThatThrownBy(() -> BootedMachine.withCommandLine("root=/dev/../../../../..")
                        .close())
                .hasMessageContaining("VFS: Unable to mount root fs");
    }

    @Test
    void anEmptyNameIsNoFiles() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            assertThatThrownBy(() -> machine.file("")).hasMessageContaining("ENOENT");
        }
    }

    /** Without elfcorehdr= the file is there and empty: 2.6.27. */
    @Test
    void vmcoreOfAKernelThatWasNotToldOfAnotherIsEmpty() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            FileStatus status = machine.process((Syscalls kernel) -> kernel.stat("/proc/vmcore"));
            assertThat(status).isEqualTo(new FileStatus(FileStatus.Kind.REGULAR, 0, "/proc/vmcore"));
        }
    }

    @Test
    void aKernelThatCannotReadTheOldHeaderSaysSoAtBoot() throws IOException {
        try (BootedMachine machine = BootedMachine.withCommandLine("elfcorehdr=0x2000000")) {
            assertThat(log(machine)).contains("Kdump: vmcore not initialized").doesNotContain("Core image");
        }
        String everything = "memmap=exactmap memmap=636K@4K memmap=63M@1M elfcorehdr=";
        try (BootedMachine machine = BootedMachine.withCommandLine(everything + "0x2000000")) {
            assertThat(log(machine))
                    .contains("Warning: Core image elf header not found")
                    .contains("Kdump: vmcore not initialized");
            assertThat(machine.file("/proc/vmcore")).isEmpty();
        }
    }

    private static String log(BootedMachine machine) {
        return machine.kernel(kernel -> new org.kjump.linux.printk.Printk(kernel).text());
    }

    @Test
    void aFileThatTheKernelDoesNotHaveIsNotThere() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            assertThatThrownBy(() -> machine.file("/proc/nothing")).hasMessageContaining("ENOENT");
        }
    }
}
