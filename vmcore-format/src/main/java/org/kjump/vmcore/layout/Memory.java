package org.kjump.vmcore.layout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes at addresses, as structures are read from: a kernel's virtual memory, physical memory, a header.
 *
 * <p>What an address means, which exception an unreadable one raises, and whether threads may share it, is the implementation's to say.
 */
public interface Memory {
    /** Fills {@code target} with the bytes at {@code address} and behind. */
    void read(long address, ByteBuffer target);

    /** The byte order of the machine whose memory this is. */
    ByteOrder order();

    /** An integer of {@code width} (1, 2, 4 or 8) bytes, zero-extended. */
    default long unsigned(long address, int width) {
        ByteBuffer bytes = ByteBuffer.allocate(width).order(order());
        read(address, bytes);
        return Field.unsigned(bytes, 0, width);
    }
}
