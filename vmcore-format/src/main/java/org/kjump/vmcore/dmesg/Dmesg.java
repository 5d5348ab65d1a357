package org.kjump.vmcore.dmesg;

import java.util.function.Consumer;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * The log of a dumped kernel (kernel/printk): what {@code dmesg} would have shown. It reads the dump while it is asked, and is no more
 * thread-safe than the {@link KernelMemory} that it was made of.
 */
public sealed interface Dmesg permits CharacterLog, RecordLog, RingBufferLog {
    /**
     * The log in the form that the kernel's VMCOREINFO names: the ring buffer of 5.10 and later, the records of 3.5 and later, or the
     * characters of kernels before.
     *
     * @throws VmcoreException if VMCOREINFO names none of them, as is so before 2.6.30
     */
    static Dmesg of(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        if (info.symbol("prb").isPresent()) {
            return RingBufferLog.of(kernel);
        }
        if (info.symbol("log_buf").isEmpty() || info.symbol("log_buf_len").isEmpty()) {
            throw new VmcoreException("%s: Can't find some symbols for log_buf."
                    .formatted(kernel.image().name()));
        }
        return info.symbol("log_end").isPresent() ? new CharacterLog(kernel) : RecordLog.of(kernel);
    }

    /** How much of a log. */
    enum Extent {
        /** All that the buffer still has. */
        ALL,
        /** What came after the log was cleared last ({@code dmesg -c}). */
        SINCE_CLEAR
    }

    /**
     * Gives the messages, oldest first, each as text without the line's end. The text of records begins with
     * {@code [seconds.microseconds]} and the caller, where the kernel tells it; what is behind a line's end inside of a message is
     * indented below it. Characters are what the bytes are in UTF-8; control characters and bytes that are none are shown as
     * {@code \xHH}.
     *
     * @throws VmcoreException if the log is damaged; what comes before the damage has been given
     */
    void lines(Extent extent, Consumer<String> line);
}
