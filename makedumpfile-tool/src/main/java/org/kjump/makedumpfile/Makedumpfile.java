package org.kjump.makedumpfile;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.SyscallsProvider;
import org.kjump.vmcore.VmcoreException;
import picocli.CommandLine;

/** The command makedumpfile. Exit status: 0 done, 1 failed. */
public final class Makedumpfile {
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
        CommandLine line = new CommandLine(options)
                .setOverwrittenOptionsAllowed(true)
                .setAbbreviatedOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false);
        try {
            for (String word : args) {
                // picocli 4.7.7 fails on them.
                if (word.isEmpty() || word.equals("-")) {
                    throw new CommandLine.ParameterException(line, "'%s' is no name of a file".formatted(word));
                }
            }
            line.parseArgs(args);
            if (options.help) {
                out.print(help());
                return 0;
            }
            if (options.version) {
                out.println("makedumpfile: version kjump 0.1.0");
                return 0;
            }
            // Standard output has the dump then.
            Messages messages = new Messages(options.messages(), options.flattened ? err : out, err);
            if (options.rearrange) {
                RearrangeRequest request = options.rearrangeRequest();
                return run(options, environment, directory, messages, request.dumpfile(), files -> {
                    request.run(files, in);
                });
            }
            FilterRequest request = options.request();
            return run(
                    options,
                    environment,
                    directory,
                    messages,
                    request.destination().name(),
                    files -> {
                        Report report = new Filter(files, request, messages, new StandardOutput(out)).run();
                        messages.report(report.text());
                    });
        } catch (CommandLine.ParameterException e) {
            err.println("makedumpfile: " + e.getMessage());
            out.println("Commandline parameter is invalid.\nTry `makedumpfile --help' for more information.");
            out.println("\nmakedumpfile Failed.");
            return 1;
        }
    }

    private interface Work {
        void run(DumpFiles files) throws IOException;
    }

    private static int run(
            Options options,
            Map<String, String> environment,
            Path directory,
            Messages messages,
            String dumpfile,
            Work work) {
        try (DumpFiles files = files(options, environment, directory, messages)) {
            work.run(files);
            messages.common("\nThe dumpfile is saved to %s.".formatted(dumpfile));
            messages.common("\nmakedumpfile Completed.");
            return 0;
        } catch (VmcoreException | SyscallException | ProcessGoneException | InvalidPathException e) {
            messages.error(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            messages.error("Can't write the dump file(%s). %s".formatted(dumpfile, Reason.of(e)));
        }
        messages.common("\nmakedumpfile Failed.");
        return 1;
    }

    private static DumpFiles files(
            Options options, Map<String, String> environment, Path directory, Messages messages) {
        @Nullable String machine = options.machine == null ? environment.get("KJUMP_MACHINE") : options.machine;
        if (machine == null || machine.isEmpty()) {
            return new HostFiles(directory);
        }
        return new MachineFiles(SyscallsProvider.load()
                .exec(directory.resolve(machine), "makedumpfile", directory, messages.console()));
    }

    private static String help() {
        try (InputStream in = Makedumpfile.class.getResourceAsStream("help.txt")) {
            if (in == null) {
                throw new IllegalStateException("help.txt is not among the resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
