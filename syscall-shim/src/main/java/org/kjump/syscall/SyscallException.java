package org.kjump.syscall;

import java.util.Locale;

/** A system call that the kernel refused: the call as it was made, and the kernel's error number. */
public class SyscallException extends RuntimeException {
    private final Errno errno;

    /** @param call as a tracer would print it, such as {@code open("/boot/bzImage", O_RDONLY)} */
    public SyscallException(String call, Errno errno) {
        super("%s = -1 %s (%s)".formatted(call, errno.name().toUpperCase(Locale.ROOT), errno.text()));
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
