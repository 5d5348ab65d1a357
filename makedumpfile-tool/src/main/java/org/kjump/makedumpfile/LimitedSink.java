package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.NoSpaceException;

/** Counts the bytes that are written through it, and lets the file grow to a limit only. */
final class LimitedSink implements ByteSink {
    private final ByteSink sink;
    private final long limit;
    private long size;
    private long written;

    /** @param limit how long the file may become */
    LimitedSink(ByteSink sink, long limit) {
        this.sink = sink;
        this.limit = limit;
    }

    /** How many bytes were written; more than the file's length where some were written again. */
    long written() {
        return written;
    }

    /** How long the file is, as far as it was written through this. */
    long size() {
        return size;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        int length = source.remaining();
        if (position + length > limit) {
            throw new NoSpaceException("Size limit(%d) reached.".formatted(limit), limit);
        }
        try {
            sink.write(position, source);
        } catch (NoSpaceException e) {
            throw new NoSpaceException(String.valueOf(e.getMessage()), size, e);
        }
        size = Math.max(size, position + length);
        written += length;
    }

    /** The sink belongs to another. */
    @Override
    public void close() {}
}
