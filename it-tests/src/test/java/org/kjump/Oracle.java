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

    /** The makedumpfile of a Debian release, for dumps of one of Debian's architectures: scripts/oracle/kernels/tools gets it. */
    static Oracle makedumpfile(String release, String architecture) {
        return installed(Path.of(
                System.getProperty("kjump.root"),
                "target",
                "oracle",
                "tools",
                "makedumpfile-%s-%s".formatted(release, architecture)));
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

    /** The number in what makedumpfile says with -v: "makedumpfile: version 1.7.2 (released on …)". */
    String version(Path directory) throws IOException, InterruptedException {
        return run(directory, "-v").replaceAll("(?s).*?version ([0-9.]+).*", "$1");
    }

    /** What the program printed; it must end with status 0. */
    String run(Path directory, String... arguments) throws IOException, InterruptedException {
        Outcome outcome = attempt(directory, arguments);
        assertThat(outcome.status())
                .as("%s %s: %s", program, List.of(arguments), outcome.output())
                .isZero();
        return outcome.output();
    }

    /** How a program ended, and what it printed. */
    record Outcome(int status, String output) {}

    Outcome attempt(Path directory, String... arguments) throws IOException, InterruptedException {
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
        return new Outcome(process.waitFor(), output);
    }
}
