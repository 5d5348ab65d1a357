package org.kjump.makedumpfile;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.SyscallsProvider;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.ReleaseMismatchException;
import picocli.CommandLine;

/** The command makedumpfile. Exit status: 0 done, 1 failed, 2 the file given by {@code -i} is of another kernel. */
public final class Makedumpfile {
    /** The exit status that tells scripts that what is known of a kernel is of another: makedumpfile 1.7.2 has it for this alone. */
    private static final int OTHER_KERNEL = 2;

    private Makedumpfile() {}

    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), Path.of("").toAbsolutePath(), System.out, System.err));
    }

    /** The command in this JVM; {@code directory} says on which file system names lie. */
    public static int run(
            String[] args, Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
        return run(args, environment, directory, System.in, out, err);
    }

    /** The same with a standard input of its own, which {@code -R} reads. */
    static int run(
            String[] args,
            Map<String, String> environment,
            Path directory,
            InputStream in,
            PrintStream out,
            PrintStream err) {
        Options options = new Options();
        CommandLine line = Options.parser(options);
        try {
            for (String word : args) {
                // picocli 4.7.7 fails on them.
                if (word.isEmpty() || word.equals("-")) {
                    throw new CommandLine.ParameterException(line, "'%s' is no name of a file".formatted(word));
                }
            }
            line.parseArgs(args);
            if (options.messages.help) {
                out.print(Usage.text(line.getCommandSpec()));
                return 0;
            }
            if (options.messages.version) {
                out.println("makedumpfile: version kjump 0.1.0");
                return 0;
            }
            List<Request> requests = options.requests();
            if (options.mode.checkOnly) {
                return 0;
            }
            Messages messages = new Messages(
                    options.messages.level(),
                    options.dataOnStandardOutput() ? err : out,
                    err,
                    err == System.err && Terminal.isStandardError(environment)
                            ? ProgressLine.Style.TERMINAL
                            : ProgressLine.Style.LOG);
            return run(options, requests, environment, directory, messages, in, out);
        } catch (CommandLine.ParameterException e) {
            PrintStream told = options.dataOnStandardOutput() ? err : out;
            err.println("makedumpfile: " + e.getMessage());
            told.println("Commandline parameter is invalid.\nTry `makedumpfile --help' for more information.");
            told.println("\nmakedumpfile Failed.");
            return 1;
        }
    }

    private static int run(
            Options options,
            List<Request> requests,
            Map<String, String> environment,
            Path directory,
            Messages messages,
            InputStream in,
            PrintStream out) {
        String target = "";
        try (DumpFiles files = files(options, environment, directory, messages)) {
            Session.Form form = options.messages.json ? Session.Form.JSON : Session.Form.TEXT;
            Session session = new Session(files, messages, in, new StandardOutput(out), form);
            for (Request request : requests) {
                target = request.target();
                request.run(session);
            }
            return 0;
        } catch (ReleaseMismatchException e) {
            messages.error(String.valueOf(e.getMessage()));
            messages.failed();
            return OTHER_KERNEL;
        } catch (VmcoreException | SyscallException | ProcessGoneException | InvalidPathException e) {
            messages.error(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            messages.error("Can't write the %s. %s".formatted(target, Reason.of(e)));
        }
        messages.failed();
        return 1;
    }

    private static DumpFiles files(
            Options options, Map<String, String> environment, Path directory, Messages messages) {
        @Nullable
        String machine = options.input.machine == null ? environment.get("KJUMP_MACHINE") : options.input.machine;
        if (machine == null || machine.isEmpty()) {
            return new HostFiles(directory);
        }
        return new MachineFiles(SyscallsProvider.load()
                .exec(directory.resolve(machine), "makedumpfile", directory, messages.console()));
    }
}
