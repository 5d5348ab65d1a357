package org.kjump.kexec;

import org.kjump.syscall.Syscalls;

/** A kernel has room for two images: one for {@code -e}, one for a crash. */
enum Slot {
    NORMAL(0, "/sys/kernel/kexec_loaded"),
    CRASH(Syscalls.KEXEC_ON_CRASH, "/sys/kernel/kexec_crash_loaded");

    private final long flags;
    private final String file;

    Slot(long flags, String file) {
        this.flags = flags;
        this.file = file;
    }

    /** What kexec_load is told. */
    long flags() {
        return flags;
    }

    /** The file that says whether an image is in it. */
    String file() {
        return file;
    }
}
