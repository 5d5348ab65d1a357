package org.kjump.kexec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kjump.kexec.image.ForeignFileException;
import org.kjump.kexec.image.ImageException;
import org.kjump.kexec.plan.PlanException;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.SyscallsProvider;
import org.kjump.vmcore.VmcoreException;

/**
 * The kexec command. Exit status: 0 done, also when a jump came back; 1 refused before the kernel was asked; 255 the kernel said no, or
 * the file is none that can be loaded; docs/kexec.md lists the messages.
 */
public final class Kexec {
    private static final int REFUSED = 1;
    private static final int FAILED = 255;

    private Kexec() {}

    /** Ends the JVM with the command's exit status. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), Path.of(""), System.out, System.err));
    }

    /** Runs the command on the machine that {@code --machine} or the environment names. */
    public static int run(String[] args, Map<String, String> env, Path cwd, PrintStream out, PrintStream err) {
        return run(args, out, err, named -> {
            String machine = named.orElseGet(() -> env.getOrDefault("KJUMP_MACHINE", ""));
            if (machine.isEmpty()) {
                throw new RefusedException(REFUSED, "kexec: no machine: give --machine DIR or set KJUMP_MACHINE");
            }
            return SyscallsProvider.load().exec(cwd.resolve(machine), "kexec", cwd, out);
        });
    }

    /** Runs the command as a process that makes its calls through {@code syscalls}. */
    static int run(String[] args, Syscalls syscalls, PrintStream out, PrintStream err) {
        return run(args, out, err, named -> syscalls);
    }

    private interface Start {
        Syscalls process(Optional<String> machine);
    }

    private static int run(String[] args, PrintStream out, PrintStream err, Start start) {
        try {
            Command command = Command.of(List.of(args));
            if (command.actions().size() == 1) {
                Action only = command.actions().get(0);
                if (only instanceof Action.Help help) {
                    out.print(usage());
                    return help.status();
                }
                if (only instanceof Action.Version) {
                    out.println("kexec-tools kjump 0.1.0");
                    return 0;
                }
            }
            try (Syscalls syscalls = started(start, command)) {
                return new KexecProcess(syscalls, out, err, command.verbosity()).perform(command.actions());
            }
        } catch (UsageException e) {
            err.println(e.getMessage());
            out.print(usage());
            return e.status();
        } catch (RuntimeException e) {
            return ended(e, err);
        }
    }

    /** A machine that is missing, in use or off is found out before any kernel is asked. */
    private static Syscalls started(Start start, Command command) {
        try {
            return start.process(command.machine());
        } catch (ProcessGoneException | InvalidPathException e) {
            throw new RefusedException(REFUSED, "kexec: " + e.getMessage());
        }
    }

    private static int ended(RuntimeException exception, PrintStream err) {
        if (exception instanceof ProcessGoneException gone && gone.ending() != ProcessGoneException.Ending.STOPPED) {
            return 0;
        }
        if (exception instanceof RefusedException refused) {
            err.println(refused.getMessage());
            return refused.status();
        }
        if (exception instanceof PlanException plan) {
            err.println(plan.getMessage());
            return plan.status();
        }
        if (exception instanceof VmcoreException) {
            err.println(exception.getMessage());
            return REFUSED;
        }
        if (exception instanceof ForeignFileException || exception instanceof ImageException) {
            err.println(exception.getMessage());
            return FAILED;
        }
        if (exception instanceof SyscallException || exception instanceof ProcessGoneException) {
            err.println("kexec: " + exception.getMessage());
            return FAILED;
        }
        throw exception;
    }

    private static String usage() {
        try (InputStream in = Kexec.class.getResourceAsStream("usage.txt")) {
            if (in == null) {
                throw new IllegalStateException("usage.txt is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
