package org.kjump.linux.kexec;

import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * {@code kexec_mutex} (kernel/kexec.c): one load or jump at a time. Its count is 1 when nobody holds it; who finds it held is told
 * EBUSY and never waits. A jump leaves with it held, and it is in the kernel's memory that the way back finds it so.
 */
public record KexecMutex(KernelView kernel) {
    private Struct mutex() {
        return kernel.struct("mutex", kernel.profile().symbol("kexec_mutex"));
    }

    /** As the linker leaves it: DEFINE_MUTEX. */
    public void init() {
        mutex().set("count", 1);
        kernel.initList(mutex().addressOf("wait_list"));
    }

    public boolean held() {
        return mutex().get("count") != 1;
    }

    /** Whether it is the caller's now. */
    public boolean tryLock() {
        if (held()) {
            return false;
        }
        mutex().set("count", 0);
        return true;
    }

    public void unlock() {
        mutex().set("count", 1);
    }
}
