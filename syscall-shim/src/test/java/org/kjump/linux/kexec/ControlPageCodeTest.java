package org.kjump.linux.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that are checked in are what the source beside them says. */
class ControlPageCodeTest {
    @TempDir
    Path work;

    private byte[] resource(String name) throws IOException {
        try (InputStream in = MachineKexec.class.getResourceAsStream(name)) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }

    private void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command)
                        .directory(work.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void theSourceAssemblesToTheBytes() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/as")), "skipped: no GNU as (package binutils) on this machine");
        Files.write(work.resolve("code.S"), resource("control-page.S"));
        run("as", "--32", "-o", "code.o", "code.S");
        run("objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin");
        assertThat(Files.readAllBytes(work.resolve("code.bin"))).isEqualTo(resource("control-page.bin"));
    }
}
