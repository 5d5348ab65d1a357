package org.kjump.linux;

import java.nio.channels.SeekableByteChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kjump.linux.fs.Namespace;
import org.kjump.linux.kexec.KexecLoad;
import org.kjump.linux.power.KernelKexec;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
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
        try {
            return new KexecLoad(kernel).load(entry, nrSegments, segments, flags);
        } finally {
            // A refused call may have changed something too: a crash image that had to go first.
            machine.commit();
        }
    }

    @Override
    public void reboot(int magic1, int magic2, int command) {
        boolean magic = magic1 == LINUX_REBOOT_MAGIC1
                && (magic2 == LINUX_REBOOT_MAGIC2 || magic2 == MAGIC2A || magic2 == MAGIC2B || magic2 == MAGIC2C);
        String call = "reboot(0x%x, 0x%x, 0x%x)".formatted(magic1, magic2, command);
        if (!magic) {
            throw new SyscallException(call, Errno.EINVAL);
        }
        switch (command) {
            case LINUX_REBOOT_CMD_KEXEC -> kexec(call);
            case LINUX_REBOOT_CMD_POWER_OFF, LINUX_REBOOT_CMD_RESTART -> {
                machine.powerOff();
                machine.commit();
                throw new ProcessGoneException(Ending.POWER_OFF, "the machine is switched off");
            }
            default -> throw new SyscallException(call, Errno.EINVAL);
        }
    }

    private void kexec(String call) {
        try {
            new KernelKexec(kernel).leave();
            if (Execution.run(machine) == Execution.Outcome.BOOTED) {
                throw new ProcessGoneException(Ending.OTHER_KERNEL, "another kernel runs");
            }
        } catch (KernelKexec.Refused e) {
            throw new SyscallException(call, e.errno());
        } finally {
            machine.commit();
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
        return files.open(path);
    }

    @Override
    public SeekableByteChannel create(String path) {
        return files.create(path);
    }

    @Override
    public FileStatus stat(String path) {
        return files.stat(path);
    }

    @Override
    public List<String> list(String path) {
        return files.list(path);
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
