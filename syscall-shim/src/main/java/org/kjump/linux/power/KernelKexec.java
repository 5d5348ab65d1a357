package org.kjump.linux.power;

import java.util.Arrays;
import org.kjump.linux.driver.Devices;
import org.kjump.linux.driver.Devices.FreezeRefused;
import org.kjump.linux.kexec.KexecMutex;
import org.kjump.linux.kexec.MachineKexec;
import org.kjump.linux.printk.Printk;
import org.kjump.linux.sched.CurrentTask;
import org.kjump.linux.sched.Idle;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.CpuState;
import org.kjump.syscall.Errno;
import org.kjump.vmcore.layout.Struct;

/**
 * kernel_kexec of Linux 2.6.27 (kernel/kexec.c), the way out and, in another life of this program, the way back. Nothing connects
 * the two but the machine: what is to be undone stands in the kernel's memory. What 2.6.27 leaves half undone after an error is
 * undone here, unless the kernel was built with KEXEC_JUMP_NO_UNWIND: docs/unwinding.md.
 */
public record KernelKexec(KernelView kernel) {
    /** The jump cannot be made; the kernel is as it was. */
    public static final class Refused extends Exception {
        private final Errno errno;

        Refused(Errno errno) {
            super(errno.text());
            this.errno = errno;
        }

        public Errno errno() {
            return errno;
        }
    }

    /** Prepares the jump and leaves the processor in the control page. */
    public void leave() throws Refused {
        KexecMutex mutex = new KexecMutex(kernel);
        if (!mutex.tryLock()) {
            throw new Refused(Errno.EBUSY);
        }
        try {
            leave(new MachineKexec(kernel));
        } catch (Refused e) {
            mutex.unlock();
            throw e;
        }
    }

    private void leave(MachineKexec image) throws Refused {
        if (!image.loaded()) {
            throw new Refused(Errno.EINVAL);
        }
        Printk printk = new Printk(kernel);
        if (image.preservesContext()) {
            suspend(printk);
            new ProcessorState(kernel).save();
        } else {
            new Devices(kernel).shutdown();
            printk.info("Starting new kernel");
        }
        Struct caller = new CurrentTask(kernel).task();
        kernel.machine().cpu().general[CpuState.ESP] = (int) caller.get("thread.sp0") - 0x100;
        image.jump();
    }

    private void suspend(Printk printk) throws Refused {
        Freezer freezer = new Freezer(kernel);
        if (!freezer.freeze()) {
            if (unwinds()) {
                freezer.thaw();
            }
            throw new Refused(Errno.EBUSY);
        }
        printk.suspendConsole();
        try {
            suspendDevices(new Devices(kernel));
        } catch (FreezeRefused e) {
            printk.error(e.message());
            printk.resumeConsole();
            freezer.thaw();
            throw new Refused(errno(e.errno()));
        }
    }

    private void suspendDevices(Devices devices) throws FreezeRefused {
        try {
            devices.freeze();
        } catch (FreezeRefused e) {
            if (unwinds()) {
                devices.restore();
            }
            throw e;
        }
        try {
            devices.freezeSystem();
        } catch (FreezeRefused e) {
            devices.restore();
            throw e;
        }
    }

    private boolean unwinds() {
        return !kernel.configured("KEXEC_JUMP_NO_UNWIND");
    }

    private static Errno errno(int number) {
        return Arrays.stream(Errno.values())
                .filter(errno -> errno.number() == number)
                .findFirst()
                .orElse(Errno.EIO);
    }

    /** The processor stands behind the call into the control page: the rest of kernel_kexec, on what memory says. */
    public void comeBack() {
        new MachineKexec(kernel).returned(kernel.machine().cpu().general[CpuState.EAX]);
        new ProcessorState(kernel).restore();
        // The scheduler would go on with the caller; here the program that reads this returns, and the kernel idles.
        Idle.enter(kernel);
        Devices devices = new Devices(kernel);
        devices.restoreSystem();
        devices.restore();
        new Printk(kernel).resumeConsole();
        new Freezer(kernel).thaw();
        new KexecMutex(kernel).unlock();
    }
}
