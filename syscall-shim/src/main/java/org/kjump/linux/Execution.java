package org.kjump.linux;

import org.kjump.linux.boot.Boot;
import org.kjump.linux.driver.Devices;
import org.kjump.linux.fs.Vmcore;
import org.kjump.linux.power.KernelKexec;
import org.kjump.linux.printk.Printk;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelText;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
import org.kjump.machine.cpu.Exit;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.ProcessGoneException.Ending;

/** Lets the processor run until a kernel idles, and does what code asks for on the way. */
final class Execution {
    /** What stands at the end of a run. */
    enum Outcome {
        /** A kernel has booted. */
        BOOTED,
        /** A kernel came back from a jump: its call of reboot(2) returns. */
        RETURNED
    }

    private Execution() {}

    /** @throws ProcessGoneException if the processor stops for good */
    static Outcome run(Machine machine) {
        Exit exit = machine.run();
        if (exit instanceof Exit.Handover handover) {
            long linear = handover.linear() & 0xffffffffL;
            boolean high = linear >= KernelView.PAGE_OFFSET;
            KernelText.Place place = KernelText.at(machine.ram(), high ? KernelView.paddr(linear) : linear)
                    .orElseThrow(() -> stopped(machine, "vmcall at %08x, which is no kernel's text".formatted(linear)));
            return handle(machine, place);
        }
        if (exit instanceof Exit.TripleFault fault) {
            throw stopped(machine, fault.report());
        }
        throw stopped(machine, why(machine, exit) + "\n" + machine.cpu().describe());
    }

    private static String why(Machine machine, Exit exit) {
        if (exit instanceof Exit.Halted) {
            return "the processor has halted with nothing to wake it";
        }
        return exit instanceof Exit.Spinning
                ? "it never ends: a jump to itself"
                : "it never ends: %d instructions, and no kernel idles".formatted(machine.patience());
    }

    private static Outcome handle(Machine machine, KernelText.Place place) {
        try {
            switch (place.service()) {
                case STARTUP -> {
                    KernelView booted = Boot.run(machine, place.release(), kernel -> new Devices(kernel).probe());
                    Vmcore.complaints(booted).forEach(new Printk(booted)::warning);
                    return Outcome.BOOTED;
                }
                case MACHINE_KEXEC_RETURN -> {
                    new KernelKexec(new KernelView(machine, Profile.forRelease(place.release()))).comeBack();
                    return Outcome.RETURNED;
                }
                default -> throw stopped(machine, "code entered a kernel's idle loop");
            }
        } catch (KernelPanic panic) {
            throw panicked(new KernelView(machine, Profile.forRelease(place.release())), panic);
        }
    }

    /** The kernel's last words, in its log and on its console. */
    static ProcessGoneException panicked(KernelView kernel, KernelPanic panic) {
        String words = "Kernel panic - not syncing: " + panic.getMessage();
        long log = kernel.variable("log_buf");
        if (log == kernel.profile().symbol("__log_buf")) {
            new Printk(kernel).error(words);
        }
        return stopped(kernel.machine(), words);
    }

    private static ProcessGoneException stopped(Machine machine, String why) {
        machine.cpu().shutdown = true;
        return new ProcessGoneException(Ending.STOPPED, "the machine has stopped: " + why);
    }
}
