package org.kjump.vmcore.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kjump.vmcore.VmcoreException;

/**
 * Bytes at 64-bit positions, read at random. Safe for use by many threads: no call moves a position that another sees.
 */
public interface ByteSource extends Closeable {
    /** What messages call this source: usually the file's name. */
    String name();

    /** Length in bytes. */
    long size();

    /**
     * Reads up to {@code target.remaining()} bytes that start at {@code position}; fewer only at the end.
     *
     * @return how many bytes were read; 0 at or behind the end
     * @throws VmcoreException if the medium fails
     */
    int read(long position, ByteBuffer target);

    /**
     * Fills {@code target} from {@code position}.
     *
     * @throws VmcoreException if the source ends before {@code target} is full
     */
    default void readFully(long position, ByteBuffer target) {
        int wanted = target.remaining();
        int got = position < 0 ? 0 : read(position, target);
        if (got != wanted) {
            throw new VmcoreException("%s: ends too early: %d bytes expected at offset %s, %d found"
                    .formatted(name(), wanted, Long.toUnsignedString(position), got));
        }
    }

    /**
     * A part of this source under a name of its own. Closing it does nothing.
     *
     * @throws VmcoreException if it is not inside
     */
    default ByteSource slice(String name, long offset, long length) {
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            throw new VmcoreException("%s: %s bytes at offset %s expected, the file has %d bytes"
                    .formatted(name, Long.toUnsignedString(length), Long.toUnsignedString(offset), size()));
        }
        return new SliceSource(name, this, offset, length);
    }

    /** The whole of {@code file}, on any file system. The caller closes the source. */
    static ByteSource open(Path file) throws IOException {
        return of(file.toString(), Files.newByteChannel(file));
    }

    /** Takes {@code channel} over: closing the source closes it. */
    static ByteSource of(String name, SeekableByteChannel channel) throws IOException {
        return new ChannelSource(name, channel);
    }

    /** The remaining bytes of {@code bytes}, which must not change from now on. */
    static ByteSource of(String name, ByteBuffer bytes) {
        return new BufferSource(name, bytes.slice().asReadOnlyBuffer());
    }

    @Override
    void close();
}
