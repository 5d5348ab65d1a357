package org.kjump.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KexecTest {
    @TempDir
    Path root;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HostedSyscalls syscalls = new HostedSyscalls(Path.of(""));

    @BeforeEach
    void aMachineWithAKernel() {
        syscalls = new HostedSyscalls(root);
        syscalls.write(
                "proc/iomem",
                "00000000-0009fbff : System RAM\n00100000-03ffffff : System RAM\n".getBytes(StandardCharsets.US_ASCII));
        syscalls.write("sys/kernel/kexec_loaded", "0\n".getBytes(StandardCharsets.US_ASCII));
        syscalls.write("boot/bzImage", bzImage(0x8000));
        syscalls.write("rootfs.gz", new byte[12345]);
    }

    private int kexec(String line) {
        return Kexec.run(line.split(" "), syscalls, new PrintStream(new ByteArrayOutputStream()), new PrintStream(err));
    }

    private String message() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Protocol 2.09, relocatable, aligned to 1 MiB, as Linux 2.6.27 has it. */
    private static byte[] bzImage(int payload) {
        ByteBuffer image = ByteBuffer.allocate(5 * 512 + payload).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 4).putInt(0x1f4, payload / 16).putShort(0x1fe, (short) 0xaa55);
        image.put(0x200, (byte) 0xeb)
                .put(0x201, (byte) 0x56)
                .putInt(0x202, 0x53726448)
                .putShort(0x206, (short) 0x209);
        image.put(0x211, (byte) 1)
                .putInt(0x22c, 0x37ffffff)
                .putInt(0x230, 0x100000)
                .put(0x234, (byte) 1);
        image.putInt(0x238, 2047);
        return image.array();
    }

    @Test
    void theSeedsLineLoads() {
        assertThat(
                        kexec(
                                "--load-preserve-context /boot/bzImage --mem-min=0x100000 --mem-max=0xffffff --initrd=rootfs.gz"))
                .as(message())
                .isZero();
        assertThat(syscalls.flags()).isEqualTo(2);
        assertThat(syscalls.loaded()).hasSizeBetween(6, 16);
    }

    @Test
    void aCutKernelIsRefused() {
        byte[] whole = bzImage(0x8000);
        syscalls.write("boot/bzImage", Arrays.copyOf(whole, whole.length - 16));
        assertThat(kexec("-l /boot/bzImage")).isEqualTo(255);
        assertThat(message()).contains("BzImage truncated?").contains("Cannot load /boot/bzImage");
        assertThat(syscalls.loaded()).isEmpty();
    }

    @Test
    void theDocumentedTextsAndStatuses() {
        assertThat(kexec("-e")).isEqualTo(1);
        assertThat(kexec("-l /nowhere")).isEqualTo(1);
        assertThat(kexec("-l /boot/bzImage --mem-min=12x")).isEqualTo(1);
        assertThat(kexec("--load-preserve-context /boot/bzImage")).isEqualTo(1);
        assertThat(kexec("-l /rootfs.gz")).isEqualTo(255);
        assertThat(kexec("--nothing")).isEqualTo(1);
        assertThat(kexec("-S")).isZero();
        assertThat(message())
                .contains("Nothing has been loaded!")
                .contains("Cannot open `/nowhere': No such file or directory")
                .contains("Bad option value in --mem-min=12x")
                .contains("\"--mem-max\" parameter")
                .contains("Cannot determine the file type of /rootfs.gz")
                .contains("unrecognized option '--nothing'");
    }
}
