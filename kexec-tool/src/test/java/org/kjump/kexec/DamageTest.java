package org.kjump.kexec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.kexec.SmallFiles.Load;

/** Every byte of every header set to several values: the command loads the file or says why not, and never ends otherwise. */
class DamageTest {
    private static final int[] VALUES = {0x00, 0x7f, 0xff};

    @TempDir
    Path root;

    private HostedSyscalls syscalls = new HostedSyscalls(Path.of(""));

    @BeforeEach
    void aMachine() {
        syscalls = new HostedSyscalls(root);
        text("proc/iomem", "00000000-0009fbff : System RAM\n00100000-03ffffff : System RAM\n");
        text("sys/kernel/kexec_loaded", "0\n");
        syscalls.write("bzImage", SmallFiles.bzImage(0x8000));
    }

    private void text(String name, String content) {
        syscalls.write(name, content.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bzImage215() {
        ByteBuffer image = ByteBuffer.wrap(SmallFiles.bzImage(0x1000)).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x201, (byte) 0x6a).putShort(0x206, (short) 0x20f);
        return image.putLong(0x258, 0x100000).putInt(0x260, 0x10000).array();
    }

    static Stream<Arguments> files() {
        byte[] program =
                SmallFiles.elf(2, 0x1800000, List.of(new Load(0x1800000, 16, 16), new Load(0x1900000, 16, 16)));
        byte[] core = SmallFiles.elf(4, 0, List.of(new Load(0x200000, 0x1000, 0x2000), new Load(0x300000, 16, 16)));
        return Stream.of(
                Arguments.of("-l --args-none /file", program, 0, 52 + 64),
                Arguments.of("-l --args-none --entry=0x200012 /file", core, 0, 52 + 64),
                Arguments.of("-l /file", bzImage215(), 0x1f1, 0x270),
                Arguments.of(
                        "--load-preserve-context --mem-min=0x100000 --mem-max=0xffffff /file",
                        bzImage215(),
                        0x1f1,
                        0x270),
                Arguments.of("-l /bzImage --initrd=/file", SmallFiles.cpio(), 0, 120),
                Arguments.of("-l /bzImage --initrd=/file", SmallFiles.gzip(SmallFiles.cpio()), 0, 60));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void aDamagedHeaderIsAnErrorOfOursOrNoError(String line, byte[] file, int start, int end) {
        for (int at = start; at < Math.min(end, file.length); at++) {
            for (int value : VALUES) {
                byte[] damaged = file.clone();
                damaged[at] = (byte) value;
                syscalls.write("file", damaged);
                ByteArrayOutputStream err = new ByteArrayOutputStream();
                int place = at;
                assertThatCode(() -> {
                            PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
                            int status = Kexec.run(line.split(" "), syscalls, nowhere, new PrintStream(err));
                            assertThat(status == 0 || status == 1 || status == 255)
                                    .isTrue();
                            String message = err.toString(StandardCharsets.UTF_8);
                            assertThat(message.isEmpty()).isEqualTo(status == 0);
                        })
                        .as("0x%02x at 0x%x", value, place)
                        .doesNotThrowAnyException();
            }
        }
    }
}
