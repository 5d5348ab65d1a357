package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.kjump.kexec.Kexec;
import org.kjump.machine.cli.MachineMain;
import org.kjump.makedumpfile.Makedumpfile;

/** A machine in a folder of any file system, and the commands on it, all in this JVM. */
final class Lab {
    /** What a command said and how it ended. */
    record Said(int status, String out, String err) {
        Said succeeded() {
            assertThat(status).as("exit status; stderr: %s", err).isZero();
            return this;
        }

        Said failed(int expected) {
            assertThat(status)
                    .as("exit status; stdout: %s stderr: %s", out, err)
                    .isEqualTo(expected);
            return this;
        }
    }

    private interface Main {
        int run(String[] args, Map<String, String> environment, Path directory, PrintStream out, PrintStream err);
    }

    private final Path machine;

    Lab(Path machine) {
        this.machine = machine;
    }

    Path machineFolder() {
        return machine;
    }

    /** The folder that is partition {@code name}. */
    Path partition(String name) {
        return machine.resolve("disk").resolve(name);
    }

    Said machine(String... args) {
        return run(MachineMain::run, machine, args);
    }

    Said kexec(Path directory, String... args) {
        return run(Kexec::run, directory, args);
    }

    Said makedumpfile(Path directory, String... args) {
        return run(Makedumpfile::run, directory, args);
    }

    /** As a program of the running kernel: what a step's cat or cp is. */
    Said guest(Path directory, String... args) {
        return run(MachineMain::run, directory, args);
    }

    private Said run(Main main, Path directory, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> environment = Map.of("KJUMP_MACHINE", machine.toString());
        Path inside = Files.exists(directory) ? directory : machine.resolveSibling(".");
        int status = main.run(
                args,
                environment,
                inside,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
