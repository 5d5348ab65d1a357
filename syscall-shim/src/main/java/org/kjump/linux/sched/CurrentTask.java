package org.kjump.linux.sched;

import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** The task that makes system calls: the shell, whose programs run in its place. */
public record CurrentTask(KernelView kernel) {
    /** include/linux/capability.h: reboot(2) and kexec_load(2). */
    public static final int CAP_SYS_BOOT = 22;

    private static final String COMM = "sh";

    /** {@code current}. */
    public Struct task() {
        return new Tasks(kernel)
                .all().stream()
                        .filter(this::is)
                        .findFirst()
                        .orElseThrow(() -> new KernelPanic("no task '%s' to make the call".formatted(COMM)));
    }

    /** Whether {@code task} is the one. */
    public boolean is(Struct task) {
        return task.string("comm").equals(COMM);
    }

    /** {@code capable()}: whether its effective set has a capability. */
    public boolean capable(int capability) {
        return (task().get("cap_effective") >> capability & 1) != 0;
    }
}
