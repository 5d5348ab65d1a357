package org.kjump.machine.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.kjump.linux.view.KernelPanic;
import org.kjump.machine.MachineException;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.SyscallException;
import picocli.CommandLine;

/** The command {@code machine}. Exit status: 0 done, 1 it cannot be done, 2 wrong usage. */
public final class MachineMain {
    private MachineMain() {}

    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), Path.of("").toAbsolutePath(), System.out, System.err));
    }

    /** The command in this JVM; {@code directory} says on which file system relative names and the machine lie. */
    public static int run(
            String[] args, Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
        CommandLine commands = new CommandLine(new MachineCommand(new Session(environment, directory, out, err)));
        commands.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        commands.setExpandAtFiles(false);
        commands.setExecutionExceptionHandler((exception, command, parsed) -> {
            if (exception instanceof IOException failure) {
                err.println("machine: " + describe(failure));
                return 1;
            }
            if (exception instanceof MachineException
                    || exception instanceof SyscallException
                    || exception instanceof ProcessGoneException) {
                err.println("machine: " + exception.getMessage());
                return 1;
            }
            if (exception instanceof KernelPanic panic) {
                err.println("machine: the kernel's memory makes no sense, as after a panic: " + panic.getMessage());
                return 1;
            }
            throw exception;
        });
        commands.setParameterExceptionHandler((exception, parsed) -> {
            err.println("machine: " + exception.getMessage() + "; see machine --help");
            return 2;
        });
        return commands.execute(args);
    }

    /** NIO's own messages are a file's name and no more where the reason is in the exception's class. */
    private static String describe(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or folder";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        return String.valueOf(failure.getMessage());
    }
}
