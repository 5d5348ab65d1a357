package org.kjump.kexec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.image.ElfCore;
import org.kjump.kexec.image.ElfExecutable;
import org.kjump.kexec.image.ImageException;
import org.kjump.kexec.image.KernelImage;
import org.kjump.kexec.plan.BzImagePlanner;
import org.kjump.kexec.plan.BzImageRequest;
import org.kjump.kexec.plan.ElfPlanner;
import org.kjump.kexec.plan.LoadPlan;
import org.kjump.kexec.plan.MemoryMap;
import org.kjump.kexec.plan.PaddrRange;
import org.kjump.kexec.plan.Payload;
import org.kjump.kexec.plan.PlanException;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.SyscallsProvider;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import picocli.CommandLine;

/** The kexec command. */
public final class Kexec {
    private static final int REFUSED = 1;
    private static final int KERNEL_SAID_NO = 255;
    private static final long FOUR_GIB = 1L << 32;

    private final KexecOptions options;
    private final Syscalls syscalls;
    private final KernelFiles files;
    private final PrintStream err;

    private Kexec(KexecOptions options, Syscalls syscalls, PrintStream err) {
        this.options = options;
        this.syscalls = syscalls;
        this.err = err;
        files = new KernelFiles(syscalls);
    }

    /** Ends the JVM with the command's exit status. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), Path.of(""), System.out, System.err));
    }

    /** Runs the command on the machine that {@code --machine} or the environment names. */
    public static int run(String[] args, Map<String, String> env, Path cwd, PrintStream out, PrintStream err) {
        return parsed(args, out, err, options -> {
            String machine = options.machine != null ? options.machine : env.get("KJUMP_MACHINE");
            if (machine == null) {
                throw new RefusedException(REFUSED, "kexec: no machine: give --machine DIR or set KJUMP_MACHINE");
            }
            return SyscallsProvider.load().exec(cwd.resolve(machine), "kexec", cwd, out);
        });
    }

    /** Runs the command as a process that makes its calls through {@code syscalls}. */
    static int run(String[] args, Syscalls syscalls, PrintStream out, PrintStream err) {
        return parsed(args, out, err, options -> syscalls);
    }

    private interface Start {
        Syscalls process(KexecOptions options);
    }

    private static int parsed(String[] args, PrintStream out, PrintStream err, Start process) {
        KexecOptions options = new KexecOptions();
        try {
            new CommandLine(options)
                    .setOverwrittenOptionsAllowed(true)
                    .setAbbreviatedOptionsAllowed(true)
                    .setAllowOptionsAsOptionParameters(true)
                    .setExpandAtFiles(false)
                    .parseArgs(args);
        } catch (CommandLine.UnmatchedArgumentException e) {
            return usage(
                    out,
                    err,
                    "kexec: unrecognized option '%s'".formatted(e.getUnmatched().get(0)),
                    REFUSED);
        } catch (CommandLine.MissingParameterException e) {
            return usage(out, err, "kexec: option '%s' requires an argument".formatted(args[args.length - 1]), REFUSED);
        } catch (CommandLine.ParameterException e) {
            return usage(out, err, "kexec: " + e.getMessage(), REFUSED);
        }
        if (options.help) {
            out.print(usage());
            return 0;
        }
        if (options.version) {
            out.println("kexec-tools kjump 0.1.0");
            return 0;
        }
        try (Syscalls syscalls = process.process(options)) {
            return new Kexec(options, syscalls, err).act();
        } catch (RefusedException e) {
            err.println(e.getMessage());
            return e.status();
        } catch (PlanException | VmcoreException e) {
            err.println(e.getMessage());
            return REFUSED;
        } catch (ImageException e) {
            err.println(e.getMessage());
            err.println("Cannot load " + String.join(" ", options.kernel));
            return KERNEL_SAID_NO;
        } catch (SyscallException e) {
            err.println("kexec: " + e.getMessage());
            return KERNEL_SAID_NO;
        } catch (ProcessGoneException e) {
            return switch (e.ending()) {
                case OTHER_KERNEL, POWER_OFF -> 0;
                case STOPPED -> {
                    err.println("kexec: " + e.getMessage());
                    yield KERNEL_SAID_NO;
                }
            };
        }
    }

    private static int usage(PrintStream out, PrintStream err, String message, int status) {
        err.println(message);
        out.print(usage());
        return status;
    }

    private static String usage() {
        try (InputStream in = Kexec.class.getResourceAsStream("usage.txt")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private int act() {
        if (options.status) {
            return files.loaded() ? 1 : 0;
        }
        if (options.panic) {
            throw new RefusedException(REFUSED, "Memory for crashkernel is not reserved");
        }
        if (options.fileSyscall) {
            throw new RefusedException(253, "syscall kexec_file_load not available.");
        }
        if (options.unload) {
            unload();
        } else if (options.jumpBackHelper) {
            loadHelper();
        } else if (options.load || options.preserveContext || options.force || !options.exec) {
            load();
        }
        if (!options.noSync) {
            syscalls.sync();
        }
        if (options.exec || options.force) {
            exec();
        }
        return 0;
    }

    private void unload() {
        try {
            syscalls.kexecLoad(0, 0, null, 0);
        } catch (SyscallException e) {
            throw new RefusedException(
                    KERNEL_SAID_NO, "kexec unload failed: " + e.errno().text());
        }
    }

    private void loadHelper() {
        long entry = address("entry", options.entry);
        if (entry == 0) {
            throw new RefusedException(REFUSED, "Please specify jump back entry in command line");
        }
        if (files.loaded()) {
            throw new RefusedException(REFUSED, "There is kexec kernel loaded, make sure you are in kexeced kernel.");
        }
        try {
            syscalls.kexecLoad(entry, 1, List.of(new KexecSegment(null, 0, 0, 0)), Syscalls.KEXEC_PRESERVE_CONTEXT);
        } catch (SyscallException e) {
            throw new RefusedException(
                    KERNEL_SAID_NO, "load jump back kernel failed: " + e.errno().text());
        }
    }

    private void exec() {
        if (!files.loaded()) {
            throw new RefusedException(REFUSED, "Nothing has been loaded!");
        }
        try {
            syscalls.reboot(
                    Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
        } catch (SyscallException e) {
            throw new RefusedException(
                    KERNEL_SAID_NO, "kexec failed: " + e.errno().text());
        }
    }

    private void load() {
        if (options.kernel.length == 0) {
            throw new RefusedException(KERNEL_SAID_NO, "No kernel specified\n" + usage().stripTrailing());
        }
        if (options.preserveContext && options.memMax == null) {
            throw new RefusedException(
                    REFUSED,
                    "Please specify memory range used by kexeced kernel\nto preserve the context of original kernel with \n\"--mem-max\" parameter");
        }
        PaddrRange window = window();
        String name = options.kernel[0];
        MemoryMap map = files.memoryMap();
        debug(map.debugText());
        try (ByteSource file = files.open(name)) {
            KernelImage image = KernelImage.probe(file)
                    .orElseThrow(
                            () -> new RefusedException(KERNEL_SAID_NO, "Cannot determine the file type of " + name));
            requireType(image);
            LoadPlan plan = plan(image, map, window);
            debug(plan.debugText());
            submit(plan);
        }
    }

    private void requireType(KernelImage image) {
        String wanted = options.type;
        if (wanted == null || wanted.equals(image.type())) {
            return;
        }
        boolean known = wanted.equals("bzImage") || wanted.equals("elf-x86");
        throw new RefusedException(
                KERNEL_SAID_NO,
                known
                        ? "Wrong file type %s, file matches type %s".formatted(wanted, image.type())
                        : "Unsupported kernel type " + wanted);
    }

    private LoadPlan plan(KernelImage image, MemoryMap map, PaddrRange window) {
        long flags = options.preserveContext ? Syscalls.KEXEC_PRESERVE_CONTEXT : 0;
        long entry = address("entry", options.entry);
        if (!(image instanceof BzImage) && !options.argsNone) {
            throw new RefusedException(
                    REFUSED,
                    options.argsUnsupported
                            ? "--args-linux and --args-elf are not supported: use --args-none"
                            : "ELF images are entered without arguments only: give --args-none");
        }
        if (image instanceof BzImage kernel) {
            BzImageRequest request = new BzImageRequest(
                    kernel,
                    map,
                    window,
                    commandLine(),
                    Optional.ofNullable(initrd()),
                    files.vmcoreInfo(),
                    options.noChecks ? BzImageRequest.Checks.NONE : BzImageRequest.Checks.SHA256);
            return options.preserveContext ? BzImagePlanner.preserveContext(request) : BzImagePlanner.replace(request);
        }
        if (image instanceof ElfCore core) {
            return ElfPlanner.core(core, map, window, entry);
        }
        return ElfPlanner.executable((ElfExecutable) image, map, window, entry, flags);
    }

    private @Nullable Payload initrd() {
        if (options.initrd == null) {
            return null;
        }
        try {
            ByteSource file = ByteSource.of(options.initrd, syscalls.open(options.initrd));
            return Payload.of(file, 0, file.size());
        } catch (SyscallException e) {
            throw new RefusedException(
                    REFUSED,
                    "Cannot open `%s': %s".formatted(options.initrd, e.errno().text()));
        } catch (IOException e) {
            throw new RefusedException(REFUSED, "Read on %s failed: %s".formatted(options.initrd, e.getMessage()));
        }
    }

    private String commandLine() {
        if (!options.reuseCommandLine) {
            return options.append;
        }
        String running = Stream.of(files.text("/proc/cmdline").strip().split(" "))
                .filter(word -> !word.startsWith("BOOT_IMAGE"))
                .collect(Collectors.joining(" "));
        return (running + " " + options.append).strip();
    }

    private void submit(LoadPlan plan) {
        try {
            long left = syscalls.kexecLoad(plan.entry(), plan.segments().size(), plan.kexecSegments(), plan.flags());
            if (left != 0) {
                throw new RefusedException(KERNEL_SAID_NO, "kexec_load failed: %d bytes not copied".formatted(left));
            }
        } catch (SyscallException e) {
            throw new RefusedException(
                    KERNEL_SAID_NO,
                    "kexec_load failed: %s\nentry       = 0x%x flags = 0x%x\n%s"
                            .formatted(
                                    e.errno().text(),
                                    plan.entry(),
                                    plan.flags(),
                                    plan.segmentTable().stripTrailing()));
        }
    }

    private PaddrRange window() {
        long start = address("mem-min", options.memMin);
        long end = options.memMax == null ? FOUR_GIB : address("mem-max", options.memMax) + 1;
        if (end <= start) {
            throw new RefusedException(
                    KERNEL_SAID_NO, "Too small mem_max: 0x%x.\nCannot load %s".formatted(end - 1, options.kernel[0]));
        }
        return new PaddrRange(start, end);
    }

    /** As strtoul with base 0 reads it: 0x hexadecimal, a leading 0 octal; an empty value is 0. */
    private static long address(String option, String value) {
        try {
            long number = value.isEmpty() ? 0 : Long.decode(value);
            if (number >= 0 && number < FOUR_GIB) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, like a number that does not fit
        }
        throw new RefusedException(
                REFUSED, "Bad option value in --%s=%s\n%s".formatted(option, value, usage().stripTrailing()));
    }

    private void debug(String text) {
        if (options.debug) {
            err.print(text);
        }
    }
}
