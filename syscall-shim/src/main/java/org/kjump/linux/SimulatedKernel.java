package org.kjump.linux;

import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kjump.linux.fs.Namespace;
import org.kjump.linux.kexec.KexecLoad;
import org.kjump.linux.kexec.KexecMutex;
import org.kjump.linux.power.KernelKexec;
import org.kjump.linux.sched.CurrentTask;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineException;
import org.kjump.syscall.Errno;
import org.kjump.syscall.FileStatus;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.ProcessGoneException.Ending;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UtsName;
import org.kjump.vmcore.layout.Struct;

/** A process on the kernel that runs on a machine. A call that changes the machine commits it, whole, at its end. */
final class SimulatedKernel implements Syscalls {
    private static final int MAGIC2A = 0x05121996;
    private static final int MAGIC2B = 0x16041998;
    private static final int MAGIC2C = 0x20112000;

    private final Machine machine;
    private final KernelView kernel;
    private final Namespace files;

    /** Takes the machine over: closing the process closes it. */
    SimulatedKernel(Machine machine, KernelView kernel, Namespace files) {
        this.machine = machine;
        this.kernel = kernel;
        this.files = files;
    }

    @Override
    public long kexecLoad(long entry, long nrSegments, @Nullable List<KexecSegment> segments, long flags) {
        return committing(() -> new KexecLoad(kernel).load(entry, nrSegments, segments, flags));
    }

    @Override
    public void reboot(int magic1, int magic2, int command) {
        String call = "reboot(0x%x, 0x%x, 0x%x)".formatted(magic1, magic2, command);
        if (!new CurrentTask(kernel).capable(CurrentTask.CAP_SYS_BOOT)) {
            throw new SyscallException(call, Errno.EPERM);
        }
        boolean magic = magic1 == LINUX_REBOOT_MAGIC1
                && (magic2 == LINUX_REBOOT_MAGIC2 || magic2 == MAGIC2A || magic2 == MAGIC2B || magic2 == MAGIC2C);
        if (!magic) {
            throw new SyscallException(call, Errno.EINVAL);
        }
        switch (command) {
            case LINUX_REBOOT_CMD_KEXEC -> committing(() -> kexec(call));
            case LINUX_REBOOT_CMD_POWER_OFF, LINUX_REBOOT_CMD_RESTART -> {
                machine.powerOff();
                machine.commit();
                throw new ProcessGoneException(Ending.POWER_OFF, "the machine is switched off");
            }
            default -> throw new SyscallException(call, Errno.EINVAL);
        }
    }

    private long kexec(String call) {
        if (!kernel.configured("KEXEC")) {
            throw new SyscallException(call, Errno.EINVAL);
        }
        try {
            new KernelKexec(kernel).leave();
        } catch (KernelKexec.Refused e) {
            throw new SyscallException(call, e.errno());
        }
        if (Execution.run(machine) == Execution.Outcome.BOOTED) {
            throw new ProcessGoneException(Ending.OTHER_KERNEL, "another kernel runs");
        }
        return 0;
    }

    /**
     * Makes a call, and commits what it did to the machine where the call ends as a call can end. Anything else, such as a killed
     * process or a defect of this program, leaves the machine as it was.
     */
    private long committing(LongSupplier call) {
        // A call made while the kernel copies from a buffer of an outer call: what the outer one has done so far is
        // half.
        boolean inside = new KexecMutex(kernel).held();
        long result;
        try {
            result = running(call::getAsLong);
        } catch (SyscallException refused) {
            // A refused call may have changed something too: a crash image that had to go first.
            if (!inside) {
                commit(refused, refused.getMessage());
            }
            throw refused;
        } catch (ProcessGoneException gone) {
            commit(gone, gone.getMessage());
            throw gone;
        }
        commit(null, "the call");
        return result;
    }

    /** The host's disk may be full: then the machine on it is the old one, and what was done did not happen. */
    private void commit(@Nullable RuntimeException end, @Nullable String what) {
        try {
            machine.commit();
        } catch (MachineException e) {
            ProcessGoneException lost =
                    new ProcessGoneException(Ending.STOPPED, "%s; not kept: %s".formatted(e.getMessage(), what));
            lost.addSuppressed(end == null ? e : end);
            throw lost;
        }
    }

    /** A kernel whose memory makes no sense any more panics; the process sees nothing but its end. */
    private <T> T running(Supplier<T> call) {
        try {
            return call.get();
        } catch (KernelPanic panic) {
            throw Execution.panicked(kernel, panic);
        }
    }

    @Override
    public UtsName uname() {
        Struct uts = kernel.struct("uts_namespace", kernel.profile().symbol("init_uts_ns"));
        return new UtsName(
                uts.string("sysname"),
                uts.string("nodename"),
                uts.string("release"),
                uts.string("version"),
                uts.string("machine"));
    }

    @Override
    public void sync() {}

    @Override
    public SeekableByteChannel open(String path) {
        return running(() -> files.open(path));
    }

    @Override
    public SeekableByteChannel create(String path) {
        return running(() -> files.create(path));
    }

    @Override
    public FileStatus stat(String path) {
        return running(() -> files.stat(path));
    }

    @Override
    public List<String> list(String path) {
        return running(() -> files.list(path));
    }

    @Override
    public void rename(String from, String to) {
        files.rename(from, to);
    }

    @Override
    public void unlink(String path) {
        files.unlink(path);
    }

    @Override
    public void close() {
        machine.close();
    }
}
