package org.kjump.vmcore.layout;

import java.nio.ByteBuffer;

/** Memory that can be changed, as a simulated machine's can. Not for several threads at once, unless the implementation says so. */
public interface WritableMemory extends Memory {
    /** Writes all remaining bytes of {@code source} to {@code address} and behind. */
    void write(long address, ByteBuffer source);

    /** Writes the low {@code width} (1, 2, 4 or 8) bytes of {@code value}. */
    default void setUnsigned(long address, int width, long value) {
        ByteBuffer bytes = ByteBuffer.allocate(width).order(order());
        Field.setUnsigned(bytes, 0, width, value);
        write(address, bytes);
    }
}
