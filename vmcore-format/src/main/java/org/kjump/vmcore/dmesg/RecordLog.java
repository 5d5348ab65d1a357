package org.kjump.vmcore.dmesg;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.layout.Field;

/**
 * Kernels 3.5 to 5.9: records of different lengths, the text behind each one's header. A record of length 0 says that the next one is
 * at the buffer's start.
 *
 * @param header bytes of a record before its text
 * @param caller from 5.1 on, if the kernel is configured so
 */
record RecordLog(
        KernelMemory kernel,
        int header,
        Field time,
        Field length,
        Field textLength,
        @Nullable Field caller) implements Dmesg {
    static RecordLog of(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        // struct log became struct printk_log in 3.11.
        String struct = info.size("printk_log").isPresent() ? "printk_log" : "log";
        int header = kernel.size(struct);
        return new RecordLog(
                kernel,
                header,
                member(kernel, struct, header, "ts_nsec", 8),
                member(kernel, struct, header, "len", 2),
                member(kernel, struct, header, "text_len", 2),
                info.offset(struct + ".caller_id").isPresent() ? member(kernel, struct, header, "caller_id", 4) : null);
    }

    private static Field member(KernelMemory kernel, String struct, int size, String name, int width) {
        int offset = kernel.offset(struct + "." + name);
        if (offset > size - width) {
            throw new VmcoreException("%s: VMCOREINFO: %s.%s, %d bytes at offset %d: within SIZE(%s)=%d expected"
                    .formatted(kernel.image().name(), struct, name, width, offset, struct, size));
        }
        return new Field(name, offset, width);
    }

    @Override
    public void lines(Extent extent, Consumer<String> line) {
        LogBuffer buffer = LogBuffer.ofLogBuf(kernel);
        String first = extent == Extent.SINCE_CLEAR ? "clear_idx" : "log_first_idx";
        long index = kernel.unsigned(kernel.symbol(first), 4);
        long end = kernel.unsigned(kernel.symbol("log_next_idx"), 4);
        // All records together are no longer than the buffer, and the way leads to its start once at most.
        long left = buffer.length();
        boolean wrapped = false;
        while (index != end) {
            if (index > buffer.length() - header) {
                throw buffer.corrupted("Index outside log_buf detected.");
            }
            ByteBuffer record = ByteBuffer.wrap(buffer.read(index, header)).order(kernel.order());
            long bytes = length.unsigned(record, 0);
            if (bytes == 0) {
                if (wrapped) {
                    throw buffer.corrupted("Cycle when parsing dmesg detected.");
                }
                wrapped = true;
                index = 0;
                continue;
            }
            if (bytes < header || bytes > buffer.length() - index) {
                throw buffer.corrupted("Index outside log_buf detected.");
            }
            if (bytes > left) {
                throw buffer.corrupted("Cycle when parsing dmesg detected.");
            }
            left -= bytes;
            int count = (int) Math.min(textLength.unsigned(record, 0), bytes - header);
            OptionalLong who = caller == null ? OptionalLong.empty() : OptionalLong.of(caller.unsigned(record, 0));
            line.accept(LogText.record(time.unsigned(record, 0), who, buffer.read(index + header, count)));
            index += bytes;
        }
    }
}
