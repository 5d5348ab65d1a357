package org.kjump.linux.power;

import java.util.ArrayList;
import java.util.List;
import org.kjump.linux.printk.Printk;
import org.kjump.linux.sched.CurrentTask;
import org.kjump.linux.sched.Tasks;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * Stops tasks at a place where they hold nothing: kernel/power/process.c. User space first, then kernel threads that allow it. A
 * frozen task's old state waits in its own stack frame.
 */
record Freezer(KernelView kernel) {
    private static final int TIMEOUT_JIFFIES = 20 * 250;

    /** Whether all are frozen; if not, those that could be still are. */
    boolean freeze() {
        return pass("Freezing user space processes ... ", user())
                && pass("Freezing remaining freezable tasks ... ", threads());
    }

    private List<Struct> candidates() {
        long nofreeze = kernel.profile().number("PF_NOFREEZE");
        return new Tasks(kernel)
                .all().stream()
                        .filter(task -> (task.get("flags") & nofreeze) == 0 && task.get("exit_state") == 0)
                        // The caller of reboot(2) waits in the kernel for the jump; nobody freezes himself.
                        .filter(task -> !new CurrentTask(kernel).is(task))
                        .toList();
    }

    private boolean isThread(Struct task) {
        return (task.get("flags") & kernel.profile().number("PF_FREEZER_NOSIG")) != 0;
    }

    private List<Struct> user() {
        return candidates().stream().filter(task -> !isThread(task)).toList();
    }

    private List<Struct> threads() {
        return candidates().stream().filter(this::isThread).toList();
    }

    private boolean pass(String what, List<Struct> tasks) {
        List<String> refusing = new ArrayList<>();
        for (Struct task : tasks) {
            if (task.get("state") == number("TASK_UNINTERRUPTIBLE")) {
                refusing.add(task.string("comm"));
            } else if ((task.get("state") & (number("TASK_STOPPED") | number("TASK_TRACED"))) == 0) {
                // One that is stopped or traced runs nothing: it is not waited for.
                kernel.setU32(savedState(task), task.get("state"));
                task.set("state", number("TASK_UNINTERRUPTIBLE"));
                task.set("flags", task.get("flags") | frozenFlag());
            }
        }
        Printk printk = new Printk(kernel);
        if (refusing.isEmpty()) {
            printk.info(what + "(elapsed 0.00 seconds) done.");
            return true;
        }
        kernel.setVariable("jiffies", kernel.variable("jiffies") + TIMEOUT_JIFFIES);
        printk.info(what);
        printk.error("Freezing of tasks failed after 20.00 seconds (%d tasks refusing to freeze):"
                .formatted(refusing.size()));
        refusing.forEach(comm -> printk.error(" " + comm));
        return false;
    }

    /** Kernel threads run again first, then user space. */
    void thaw() {
        List<Struct> all = new Tasks(kernel).all();
        all.stream().filter(this::isThread).forEach(this::thaw);
        all.stream().filter(task -> !isThread(task)).forEach(this::thaw);
        new Printk(kernel).info("Restarting tasks ... done.");
    }

    private void thaw(Struct task) {
        if ((task.get("flags") & frozenFlag()) != 0) {
            task.set("flags", task.get("flags") & ~frozenFlag());
            task.set("state", kernel.u32(savedState(task)));
        }
    }

    private int number(String name) {
        return kernel.profile().number(name);
    }

    private long frozenFlag() {
        return kernel.profile().number("PF_FROZEN");
    }

    private static long savedState(Struct task) {
        return task.get("thread.sp") - 8;
    }
}
