package org.kjump.vmcore.flattened;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.kjump.vmcore.io.ByteSink;

/**
 * Writes what is written to it, at any position, as a flattened stream. Only {@link #end()} makes the stream whole, so that what broke
 * off is seen to have. Not thread-safe.
 */
public final class FlattenedSink implements ByteSink {
    private final WritableByteChannel channel;

    /** Does not take {@code channel} over: closing this leaves it open. */
    public FlattenedSink(WritableByteChannel channel) throws IOException {
        this.channel = channel;
        ByteBuffer header = FlattenedFormat.HEADER.allocate().order(ByteOrder.BIG_ENDIAN);
        header.put(0, FlattenedFormat.signature());
        FlattenedFormat.HEADER.field("type").setUnsigned(header, 0, FlattenedFormat.TYPE);
        FlattenedFormat.HEADER.field("version").setUnsigned(header, 0, FlattenedFormat.VERSION);
        writeAll(header);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        if (source.hasRemaining()) {
            record(position, source.remaining());
            writeAll(source);
        }
    }

    private void record(long offset, long size) throws IOException {
        ByteBuffer record = FlattenedFormat.RECORD.allocate().order(ByteOrder.BIG_ENDIAN);
        FlattenedFormat.RECORD.field("offset").setUnsigned(record, 0, offset);
        FlattenedFormat.RECORD.field("buf_size").setUnsigned(record, 0, size);
        writeAll(record);
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Writes the end record. */
    public void end() throws IOException {
        record(FlattenedFormat.END, FlattenedFormat.END);
    }

    @Override
    public void close() {}
}
