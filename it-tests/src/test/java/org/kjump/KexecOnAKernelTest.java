package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kjump.kexec.Kexec;
import org.kjump.kexec.purgatory.Purgatory;
import org.kjump.linux.BootedMachine;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.UserBuffer;

/** The command on the simulated kernel, and programs of real i386 code that it is given to enter. */
class KexecOnAKernelTest {
    private static final int PROGRAM = 0x1800000;
    /** Prints what EBX points to, up to its NUL, and halts. */
    private static final String PRINT = """
            66 ba f8 03         # mov $0x3f8, %dx
            8a 03 84 c0 74 04   # 1: mov (%ebx), %al; test %al, %al; je 2f
            ee 43 eb f6         # out %al, (%dx); inc %ebx; jmp 1b
            f4                  # 2: hlt
            """;

    private record Said(int status, String out, String err) {}

    private static Said kexec(BootedMachine machine, String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Kexec.run(
                line.split(" "),
                Map.of("KJUMP_MACHINE", machine.folder().toString()),
                machine.folder(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** An ELF program of one page. */
    private static void install(BootedMachine machine, String code) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(code.replaceAll("#.*\n|\\s", ""));
        ByteBuffer elf = ByteBuffer.allocate(52 + 32 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
        elf.putShort(16, (short) 2).putShort(18, (short) 3).putInt(20, 1);
        elf.putInt(24, PROGRAM).putInt(28, 52);
        elf.putShort(40, (short) 52).putShort(42, (short) 32).putShort(44, (short) 1);
        elf.putInt(52, 1).putInt(56, 84).putInt(64, PROGRAM);
        elf.putInt(68, bytes.length).putInt(72, bytes.length);
        elf.put(84, bytes);
        Files.write(machine.folder().resolve("disk/hda1/program"), elf.array());
    }

    private static void loads(Said said) {
        assertThat(said.status()).as(said.err()).isZero();
        assertThat(said.err()).isEmpty();
    }

    /** ELF boot notes: a header of 12 bytes; notes of 12 and 8, 12 and 12, 12 and the command line (elf_boot.h of kexec-tools). */
    @Test
    void aProgramFindsItsCommandLineInTheBootNotes() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            install(machine, """
                    8b 5c 24 04     # mov 4(%esp), %ebx
                    83 c3 44        # add $68, %ebx
                    """ + PRINT);
            loads(kexec(machine, "-l /program --append=hello"));
            Said said = kexec(machine, "-e");
            assertThat(said.out()).contains("Starting new kernel").endsWith("hello");
            assertThat(said.status()).isEqualTo(255);
            assertThat(said.err()).contains("halted");
        }
    }

    @Test
    void aProgramFindsTheNotesMagicAndAnIpChecksum() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            // mov 4(%esp), %ebx; mov (%ebx), %eax: both are in the registers that the machine stops with.
            install(machine, "8b 5c 24 04 8b 03 f4");
            loads(kexec(machine, "-l /program --args-elf"));
            assertThat(kexec(machine, "-e").err()).contains("0e1fb007");
        }
    }

    @Test
    void aProgramIsEnteredAsLinuxWithItsCommandLineAndTheWayBack() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            install(machine, """
                    8b 9e 28 02 00 00   # mov 0x228(%esi), %ebx: cmd_line_ptr
                    """ + PRINT);
            loads(
                    kexec(
                            machine,
                            "--load-preserve-context --args-linux /program --append=hello --mem-min=0x1000000 --mem-max=0x1ffffff"));
            assertThat(kexec(machine, "-e").out())
                    .containsPattern(
                            "hello elfcorehdr=[0-9]+K memmap=exactmap .* kexec_jump_back_entry=0x[0-9a-f]{8}$");
        }
    }

    @Test
    void aJumpThatComesBackIsExitStatusZero() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            install(machine, "c3");
            assertThat(kexec(machine, "-S").status()).isZero();
            loads(kexec(machine, "--load-preserve-context --args-none /program --mem-max=0x1ffffff"));
            assertThat(kexec(machine, "-S").status()).isEqualTo(1);
            assertThat(kexec(machine, "-e").status()).isZero();
            loads(kexec(machine, "-u"));
            assertThat(kexec(machine, "-S").status()).isZero();
        }
    }

    @Test
    void aCrashKernelIsLoadedIntoTheMemoryKeptForIt() throws IOException {
        try (BootedMachine machine = BootedMachine.withCrashKernel()) {
            assertThat(kexec(machine, "--print-ckr-size").out()).isEqualTo("16777216\n");
            Said said = kexec(machine, "-d -p /boot/bzImage --append=single");
            assertThat(said.status()).as(said.err()).isZero();
            long[] memory = said.err()
                    .lines()
                    .filter(line -> line.matches("segment\\[.*\\]\\.mem +=.*"))
                    .mapToLong(line -> Long.decode(line.substring(line.indexOf("0x"))))
                    .toArray();
            assertThat(memory).hasSizeGreaterThanOrEqualTo(5);
            assertThat(Arrays.stream(memory)).allMatch(paddr -> paddr >= 0x2000000 && paddr < 0x3000000);
            assertThat(said.err())
                    .contains("flags = 0x1\n")
                    .contains("p_offset = 0x2000000 p_paddr = 0x8f000 p_vaddr = 0xc008f000")
                    .contains("single elfcorehdr=");
            assertThat(kexec(machine, "-S -p").status()).isEqualTo(1);
            assertThat(kexec(machine, "-S -l").status()).isZero();
            loads(kexec(machine, "-p -u"));
            assertThat(kexec(machine, "-S").status()).isZero();
        }
    }

    /** As it keeps a crashed kernel's low memory: the program is entered in the copy. */
    @Test
    void thePurgatoryCopiesMemoryBeforeItEntersAnything() throws IOException {
        byte[] program = HexFormat.of()
                .parseHex(("bb 14 00 a0 01     # mov $0x1a00014, %ebx\n" + PRINT).replaceAll("#.*\n|\\s", ""));
        assertThat(program).hasSizeLessThanOrEqualTo(0x14);
        ByteBuffer original = ByteBuffer.allocate(0x20).put(program);
        original.put(0x14, "copied\0".getBytes(StandardCharsets.US_ASCII));
        Purgatory purgatory = Purgatory.load();
        purgatory.skipChecks();
        purgatory.copy(0x1900000, 0x20, 0x1a00000);
        purgatory.enter(0x1a00000, 0);
        List<KexecSegment> segments = List.of(
                new KexecSegment(
                        UserBuffer.of(purgatory.bytes()), purgatory.bytes().remaining(), 0x1800000, 0x8000),
                new KexecSegment(UserBuffer.of(original.clear()), 0x20, 0x1900000, 0x1000));
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            machine.process(kernel -> kernel.kexecLoad(0x1800000 + purgatory.entryOffset(), 2, segments, 0));
            assertThat(kexec(machine, "-e").out()).endsWith("copied");
        }
    }

    @Test
    void aKernelWithoutKexecJumpRefusesAndSaysWithWhat() throws IOException {
        try (BootedMachine machine = BootedMachine.withoutKexecJump()) {
            install(machine, "c3");
            Said said = kexec(machine, "--load-preserve-context --args-none /program --mem-max=0x1ffffff");
            assertThat(said.status()).isEqualTo(255);
            assertThat(said.err())
                    .startsWith(
                            "kexec_load failed: Invalid argument\nentry       = 0x1800000 flags = 0x2\nnr_segments = 1\n");
        }
    }

    @Test
    void aMachineThatCannotBeUsedIsOneLine() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            Said said = kexec(machine, "-S --machine /nowhere");
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.err()).startsWith("kexec: /nowhere").hasLineCount(1);
        }
    }
}
