package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.kjump.vmcore.io.ByteSink;

/** Counts the bytes that are written through it. */
final class CountingSink implements ByteSink {
    private final ByteSink sink;
    private long written;

    /** Takes {@code sink} over: closing this closes it. */
    CountingSink(ByteSink sink) {
        this.sink = sink;
    }

    long written() {
        return written;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        int length = source.remaining();
        sink.write(position, source);
        written += length;
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
