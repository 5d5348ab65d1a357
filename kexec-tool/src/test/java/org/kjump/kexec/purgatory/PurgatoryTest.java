package org.kjump.kexec.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PurgatoryTest {
    @Test
    void theBytesAreWhatTheSourceAssemblesTo(@TempDir Path folder) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/as")) && Files.isExecutable(Path.of("/usr/bin/objcopy")),
                "skipped: no GNU as and objcopy here");
        Files.write(folder.resolve("p.S"), resource("purgatory.S"));
        run(folder, "as", "--32", "p.S", "-o", "p.o");
        run(folder, "objcopy", "-O", "binary", "-j", ".text", "p.o", "p.bin");
        assertThat(Files.readAllBytes(folder.resolve("p.bin"))).isEqualTo(resource("purgatory.bin"));
    }

    @Test
    void theEntryIsTheFirstInstructionBehindTheTable() {
        Purgatory purgatory = Purgatory.load();
        assertThat(purgatory.entryOffset()).isEqualTo(0xd4);
        assertThat(purgatory.bytes().get(0xd4)).as("cli").isEqualTo((byte) 0xfa);
        assertThat(purgatory.bytes().remaining()).isLessThan(0x1000);
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = PurgatoryTest.class.getResourceAsStream(name)) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }
}
