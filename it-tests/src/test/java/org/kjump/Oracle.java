package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.kjump.vmcore.Target;

/** Programs of other people that say what is right. scripts/oracle/install gets them; a test is skipped where one is missing. */
record Oracle(Path program) {
    /** Debian's makedumpfile for dumps of a machine. */
    static Oracle makedumpfile(Target target) {
        return builtFor(target, "makedumpfile");
    }

    /** Debian's crash for dumps of a machine. */
    static Oracle crash(Target target) {
        return builtFor(target, "crash");
    }

    /** Both programs read only dumps of the machine that they were built for. */
    private static Oracle builtFor(Target target, String program) {
        Path ofI386 = Path.of(System.getProperty("kjump.root"), "target", "oracle", program + "-i386");
        return installed(target.wordBytes() == 4 ? ofI386 : Path.of("/usr/bin", program));
    }

    /** Python with Debian's libkdumpfile. */
    static Oracle libkdumpfile() {
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/kdumpfile")),
                "skipped: no python3-libkdumpfile: run scripts/oracle/install");
        return installed(Path.of("/usr/bin/python3"));
    }

    private static Oracle installed(Path program) {
        Assumptions.assumeTrue(Files.isExecutable(program), "skipped: no " + program + ": run scripts/oracle/install");
        return new Oracle(program);
    }

    /** What the program printed; it must end with status 0. */
    String run(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output;
        try (InputStream stream = process.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }
}
