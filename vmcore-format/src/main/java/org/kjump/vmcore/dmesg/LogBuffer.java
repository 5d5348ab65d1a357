package org.kjump.vmcore.dmesg;

import java.nio.ByteBuffer;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * The memory that the kernel keeps text in: {@code length} bytes at {@code vaddr}. It is not read at once: {@code length} is what the
 * dump says, and no dump is that right.
 */
record LogBuffer(KernelMemory kernel, long vaddr, long length) {
    /** The buffer of {@code log_buf} (before 5.10). */
    static LogBuffer ofLogBuf(KernelMemory kernel) {
        long length = kernel.unsigned(kernel.symbol("log_buf_len"), 4);
        long vaddr = kernel.pointer(kernel.symbol("log_buf"));
        return new LogBuffer(kernel, vaddr, atMostMemory(kernel, "log_buf_len", length));
    }

    /** @throws VmcoreException if the machine has no memory for so many bytes, or there are none */
    static long atMostMemory(KernelMemory kernel, String what, long bytes) {
        long memory = kernel.image().pfnLimit() << kernel.image().target().pageShift();
        if (bytes <= 0 || bytes > memory) {
            throw new VmcoreException("%s: %s: 1 to %d bytes expected, %d found"
                    .formatted(kernel.image().name(), what, memory, bytes));
        }
        return bytes;
    }

    /** Bytes that have to lie within. */
    byte[] read(long offset, int count) {
        byte[] bytes = new byte[count];
        kernel.read(vaddr + offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    VmcoreException corrupted(String what) {
        return new VmcoreException("%s: %s The printk log_buf is most likely corrupted."
                .formatted(kernel.image().name(), what));
    }
}
