package org.kjump.kexec;

import java.io.PrintStream;
import java.util.List;
import java.util.OptionalLong;
import org.kjump.kexec.plan.LoadPlan;
import org.kjump.kexec.plan.PaddrRange;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;

/** The command as a process of a kernel: does its actions one after the other. */
final class KexecProcess {
    private static final int REFUSED = 1;
    private static final int FAILED = 255;

    private final Syscalls syscalls;
    private final KernelFiles files;
    private final PrintStream out;
    private final PrintStream err;
    private final Command.Verbosity verbosity;

    KexecProcess(Syscalls syscalls, PrintStream out, PrintStream err, Command.Verbosity verbosity) {
        this.syscalls = syscalls;
        this.out = out;
        this.err = err;
        this.verbosity = verbosity;
        files = new KernelFiles(syscalls);
    }

    /** @return the exit status of the last */
    int perform(List<Action> actions) {
        int status = 0;
        for (Action action : actions) {
            status = perform(action);
        }
        return status;
    }

    private int perform(Action action) {
        if (action instanceof Action.Status status) {
            return status.slots().stream().anyMatch(files::loaded) ? 1 : 0;
        } else if (action instanceof Action.PrintCrashRegionSize) {
            out.println(files.crashRegion().map(PaddrRange::size).orElse(0L));
        } else if (action instanceof Action.ReuseInitrd) {
            throw reuseInitrd();
        } else if (action instanceof Action.RequireCrashRegion) {
            requireCrashRegion();
        } else if (action instanceof Action.Unload unload) {
            call(
                    "kexec unload failed",
                    () -> syscalls.kexecLoad(0, 0, null, unload.slot().flags()));
        } else if (action instanceof Action.Load load) {
            load(load.request());
        } else if (action instanceof Action.RequireLoaded) {
            if (files.knownEmpty(Slot.NORMAL)) {
                throw new RefusedException(REFUSED, "Nothing has been loaded!");
            }
        } else if (action instanceof Action.Shutdown) {
            throw new RefusedException(
                    FAILED,
                    "shutdown: No such file or directory (the kernel is loaded; kexec -e enters it, kexec -l only loads)");
        } else if (action instanceof Action.Sync) {
            syscalls.sync();
        } else if (action instanceof Action.Exec) {
            exec();
        } else if (action instanceof Action.LoadJumpBackImage helper) {
            loadJumpBackImage(helper.entry());
        }
        return 0;
    }

    private RefusedException reuseInitrd() {
        boolean retained =
                List.of(files.text("/proc/cmdline").strip().split(" ")).contains("retain_initrd");
        return new RefusedException(
                REFUSED,
                retained
                        ? "--reuseinitrd not implemented on this architecture"
                        : "unrecoverable error: current boot didn't retain the initrd for reuse.");
    }

    private void requireCrashRegion() {
        if (files.crashRegion().isEmpty()) {
            throw new RefusedException(REFUSED, """
                    Memory for crashkernel is not reserved
                    Please reserve memory by passing"crashkernel=Y@X" parameter to kernel
                    Then try to loading kdump kernel""");
        }
    }

    private void load(LoadRequest request) {
        String machine = syscalls.uname().machine();
        if (!machine.matches("i[3456]86")) {
            throw new RefusedException(FAILED, "Unsupported machine type: " + machine);
        }
        try (Loader loader = new Loader(syscalls, files, request)) {
            LoadPlan plan = loader.plan(this::debug);
            plan.warnings().forEach(err::println);
            debug(plan.debugText());
            submit(plan);
        }
    }

    private void submit(LoadPlan plan) {
        String table = "entry       = 0x%x flags = 0x%x\n%s"
                .formatted(plan.entry(), plan.flags(), plan.segmentTable().stripTrailing());
        try {
            long left = syscalls.kexecLoad(plan.entry(), plan.segments().size(), plan.kexecSegments(), plan.flags());
            if (left != 0) {
                throw new RefusedException(FAILED, "kexec_load failed: %d bytes not copied\n%s".formatted(left, table));
            }
        } catch (SyscallException e) {
            throw new RefusedException(
                    FAILED, "kexec_load failed: %s\n%s".formatted(e.errno().text(), table));
        }
    }

    private void exec() {
        call("kexec failed", () -> {
            syscalls.reboot(
                    Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
        });
    }

    private void loadJumpBackImage(OptionalLong entry) {
        if (files.loaded(Slot.NORMAL)) {
            throw new RefusedException(
                    FAILED, "There is kexec kernel loaded, make sure you are in kexeced kernel. (kexec -u unloads it)");
        }
        if (entry.isEmpty()) {
            throw new RefusedException(
                    FAILED,
                    "Please specify jump back entry in command line (--entry=ADDR: kexec_jump_back_entry= in /proc/cmdline)");
        }
        List<KexecSegment> nothing = List.of(new KexecSegment(null, 0, 0, 0));
        call(
                "load jump back kernel failed",
                () -> syscalls.kexecLoad(entry.getAsLong(), 1, nothing, Syscalls.KEXEC_PRESERVE_CONTEXT));
    }

    private static void call(String failure, Runnable call) {
        try {
            call.run();
        } catch (SyscallException e) {
            throw new RefusedException(
                    FAILED, "%s: %s".formatted(failure, e.errno().text()));
        }
    }

    private void debug(String text) {
        if (verbosity == Command.Verbosity.DEBUG) {
            err.print(text);
        }
    }
}
