package org.kjump.syscall;

import java.nio.ByteBuffer;

/**
 * Memory of the calling process that a system call reads from. It may be longer than what the call takes, and need not
 * be in the heap: a file behind it is read when the kernel copies.
 */
public interface UserBuffer {
    /**
     * Fills {@code target} with the bytes at {@code offset} and behind.
     *
     * @throws SyscallException EFAULT if the process has no memory there
     */
    void copyFromUser(long offset, ByteBuffer target);

    /** The remaining bytes of {@code bytes}. */
    static UserBuffer of(ByteBuffer bytes) {
        ByteBuffer view = bytes.slice();
        return (offset, target) -> {
            if (offset < 0 || offset + target.remaining() > view.capacity()) {
                throw new SyscallException("copy_from_user(+0x%x)".formatted(offset), Errno.EFAULT);
            }
            target.put(view.slice((int) offset, target.remaining()));
        };
    }
}
