package org.kjump.kexec.plan;

import org.kjump.syscall.Syscalls;

/** What is to become of the running kernel when the image is entered. */
public enum Purpose {
    /** It ends. */
    REPLACE(0),
    /** It waits to be jumped back to. */
    PRESERVE_CONTEXT(Syscalls.KEXEC_PRESERVE_CONTEXT),
    /** It has crashed. */
    CRASH(Syscalls.KEXEC_ON_CRASH);

    private final long flags;

    Purpose(long flags) {
        this.flags = flags;
    }

    /** What kexec_load is told. */
    public long flags() {
        return flags;
    }
}
