package org.kjump.vmcore.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes written at 64-bit positions, in any order; what is never written reads as zeros. Not thread-safe. */
public interface ByteSink extends Closeable {
    /**
     * Writes all remaining bytes of {@code source} so that the first stands at {@code position}.
     *
     * @throws NoSpaceException if the sink knows its room, and has none for them
     */
    void write(long position, ByteBuffer source) throws IOException;

    /** Forgets what is written to it. */
    ByteSink NOWHERE = new ByteSink() {
        @Override
        public void write(long position, ByteBuffer source) {
            source.position(source.limit());
        }

        @Override
        public void close() {}
    };

    /**
     * A new file, on any file system. The caller closes the sink.
     *
     * @throws FileAlreadyExistsException if there is one of that name
     */
    static ByteSink create(Path file) throws IOException {
        return of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Takes {@code channel} over: closing the sink closes it. */
    static ByteSink of(SeekableByteChannel channel) {
        return new ByteSink() {
            @Override
            public void write(long position, ByteBuffer source) throws IOException {
                channel.position(position);
                while (source.hasRemaining()) {
                    channel.write(source);
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
