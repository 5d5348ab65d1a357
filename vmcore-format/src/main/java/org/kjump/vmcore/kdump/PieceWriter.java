package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.kjump.vmcore.io.ByteSink;

/** Bytes that follow each other in a sink, written in large pieces. */
final class PieceWriter {
    private final ByteSink sink;
    private final ByteBuffer piece;
    private long written;

    PieceWriter(ByteSink sink, long start, int size) {
        this.sink = sink;
        this.written = start;
        this.piece = ByteBuffer.allocate(size);
    }

    /** Where the next byte goes. */
    long position() {
        return written + piece.position();
    }

    void write(byte[] bytes, int length) throws IOException {
        if (length > piece.remaining()) {
            flush();
        }
        if (length <= piece.remaining()) {
            piece.put(bytes, 0, length);
        } else {
            sink.write(written, ByteBuffer.wrap(bytes, 0, length));
            written += length;
        }
    }

    void flush() throws IOException {
        int length = piece.flip().remaining();
        if (length > 0) {
            sink.write(written, piece);
            written += length;
        }
        piece.clear();
    }
}
