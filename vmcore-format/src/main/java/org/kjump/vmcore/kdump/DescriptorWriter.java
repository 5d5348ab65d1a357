package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.io.ByteSink;

/** The array of page descriptors. Those that follow each other are written in large pieces. */
final class DescriptorWriter {
    private static final int SIZE = KdumpLayout.DESCRIPTOR.size();
    private static final int PIECE = 1 << 14;

    private final ByteSink sink;
    private final long start;
    private final ByteBuffer piece;
    private long first;

    /** @param start where the array is in the file */
    DescriptorWriter(ByteSink sink, long start, ByteOrder order) {
        this.sink = sink;
        this.start = start;
        this.piece = ByteBuffer.allocate(PIECE * SIZE).order(order);
    }

    /** @param index which of the descriptors it is */
    void put(long index, long offset, int size, int flags) throws IOException {
        if (index != first + piece.position() / SIZE || !piece.hasRemaining()) {
            flush();
            first = index;
        }
        piece.putLong(offset).putInt(size).putInt(flags).putLong(0);
    }

    /** Writes descriptors of no page, so that there is room for them later. */
    void reserve(long count) throws IOException {
        for (long done = 0; done < count; done += PIECE) {
            int length = (int) Math.min(PIECE, count - done) * SIZE;
            sink.write(start + done * SIZE, ByteBuffer.allocate(length));
        }
    }

    void flush() throws IOException {
        if (piece.position() > 0) {
            first += piece.position() / SIZE;
            sink.write(start + first * SIZE - piece.position(), piece.flip());
        }
        piece.clear();
    }
}
