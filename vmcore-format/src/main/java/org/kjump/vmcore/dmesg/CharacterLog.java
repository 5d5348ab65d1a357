package org.kjump.vmcore.dmesg;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * Kernels before 3.5: characters, one behind the other, in a buffer that begins again when it is full. Priorities such as {@code <6>}
 * are part of the text, and the oldest line may lack its beginning.
 */
record CharacterLog(KernelMemory kernel) implements Dmesg {
    private static final int CHUNK = 4096;
    /** No kernel has lines like this: a buffer of one line is shown in pieces rather than gathered. */
    private static final int LINE_MAX = 1 << 16;

    @Override
    public void lines(Extent extent, Consumer<String> line) {
        LogBuffer buffer = LogBuffer.ofLogBuf(kernel);
        // An unsigned long up to 2.6.24: its low half is here on little-endian machines, and no others have been
        // dumped.
        long end = kernel.unsigned(kernel.symbol("log_end"), 4);
        long count = Math.min(end, buffer.length());
        if (extent == Extent.SINCE_CLEAR && kernel.info().symbol("logged_chars").isPresent()) {
            count = Math.min(count, kernel.unsigned(kernel.symbol("logged_chars"), 4));
        }
        ByteArrayOutputStream current = new ByteArrayOutputStream();
        for (long at = end - count; at < end; ) {
            long offset = at % buffer.length();
            int length = (int) Math.min(CHUNK, Math.min(end - at, buffer.length() - offset));
            for (byte each : buffer.read(offset, length)) {
                if (each == '\n' || current.size() == LINE_MAX) {
                    flush(current, line);
                }
                if (each != '\n') {
                    current.write(each);
                }
            }
            at += length;
        }
        if (current.size() > 0) {
            flush(current, line);
        }
    }

    private static void flush(ByteArrayOutputStream current, Consumer<String> line) {
        line.accept(LogText.readable(current.toByteArray()));
        current.reset();
    }
}
