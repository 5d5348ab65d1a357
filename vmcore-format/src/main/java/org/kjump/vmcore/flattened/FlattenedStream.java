package org.kjump.vmcore.flattened;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSink;

/** A flattened stream that can be read once, such as standard input. Not thread-safe. */
public final class FlattenedStream {
    private static final int PIECE = 1 << 16;

    private final String name;
    private final ReadableByteChannel channel;
    private long position;

    /**
     * Does not take {@code channel} over.
     *
     * @param name what messages call the stream
     */
    public FlattenedStream(String name, ReadableByteChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * Writes every record to its place, up to the end record.
     *
     * @throws VmcoreException if the stream is no flattened one, or ends before its end record
     */
    public void rearrange(ByteSink sink) throws IOException {
        ByteBuffer header = read(FlattenedFormat.HEADER.size());
        ByteBuffer signature = ByteBuffer.wrap(FlattenedFormat.signature());
        long type = FlattenedFormat.HEADER.field("type").unsigned(header, 0);
        if (!header.slice(0, signature.remaining()).equals(signature) || type != FlattenedFormat.TYPE) {
            throw new VmcoreException(
                    "%s: no flattened stream: signature 'makedumpfile' and type 1 expected".formatted(name));
        }
        while (true) {
            long at = position;
            ByteBuffer record = read(FlattenedFormat.RECORD.size());
            long offset = FlattenedFormat.RECORD.field("offset").unsigned(record, 0);
            long size = FlattenedFormat.RECORD.field("buf_size").unsigned(record, 0);
            if (offset == FlattenedFormat.END && size == FlattenedFormat.END) {
                return;
            }
            if (offset < 0 || size <= 0 || offset > Long.MAX_VALUE - size) {
                throw new VmcoreException(
                        "%s: record at offset %d: Can't get valid end header of flattened format: %d bytes for offset %d"
                                .formatted(name, at, size, offset));
            }
            copy(sink, offset, size);
        }
    }

    private void copy(ByteSink sink, long offset, long size) throws IOException {
        for (long done = 0; done < size; ) {
            ByteBuffer piece = read((int) Math.min(PIECE, size - done));
            int length = piece.remaining();
            sink.write(offset + done, piece);
            done += length;
        }
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.BIG_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new VmcoreException("%s: ends too early: %d bytes expected at offset %d, %d found"
                        .formatted(name, length, position, bytes.position()));
            }
        }
        position += length;
        return bytes.flip();
    }
}
