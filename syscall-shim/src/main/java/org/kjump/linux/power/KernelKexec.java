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
            saveProcessorState();
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
        restoreProcessorState();
        Devices devices = new Devices(kernel);
        devices.restoreSystem();
        devices.restore();
        new Printk(kernel).resumeConsole();
        new Freezer(kernel).thaw();
        new KexecMutex(kernel).unlock();
    }

    /** save_processor_state, arch/x86/power/cpu_32.c. */
    private void saveProcessorState() {
        CpuState cpu = kernel.machine().cpu();
        Struct saved = kernel.struct("saved_context", kernel.profile().symbol("saved_context"));
        saved.set("cr0", cpu.cr0);
        saved.set("cr2", cpu.cr2);
        saved.set("cr3", cpu.cr3);
        saved.set("cr4", cpu.cr4);
        saved.set("gdt_limit", cpu.gdtLimit);
        saved.set("gdt_base", cpu.gdtBase);
        saved.set("idt_limit", cpu.idtLimit);
        saved.set("idt_base", cpu.idtBase);
        saved.set("ldt", cpu.ldtSelector);
        saved.set("tr", cpu.taskSelector);
    }

    /** And back to the idle loop, for which the scheduler would take over now. */
    private void restoreProcessorState() {
        CpuState cpu = kernel.machine().cpu();
        Struct saved = kernel.struct("saved_context", kernel.profile().symbol("saved_context"));
        cpu.cr4 = (int) saved.get("cr4");
        cpu.cr3 = (int) saved.get("cr3");
        cpu.cr2 = (int) saved.get("cr2");
        cpu.cr0 = (int) saved.get("cr0");
        cpu.gdtLimit = (int) saved.get("gdt_limit");
        cpu.gdtBase = (int) saved.get("gdt_base");
        cpu.idtLimit = (int) saved.get("idt_limit");
        cpu.idtBase = (int) saved.get("idt_base");
        cpu.ldtSelector = (int) saved.get("ldt");
        cpu.taskSelector = (int) saved.get("tr");
        Idle.enter(kernel);
    }
}
