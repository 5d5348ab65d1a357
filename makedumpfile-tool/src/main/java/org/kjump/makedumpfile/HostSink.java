package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.NoSpaceException;

/** A file of the host that tells a full disk from other trouble. */
final class HostSink implements ByteSink {
    private final Path file;
    private final ByteSink sink;

    /** Takes {@code channel} over: closing this closes it. */
    HostSink(Path file, SeekableByteChannel channel) {
        this.file = file;
        this.sink = ByteSink.of(channel);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        int wanted = source.remaining();
        try {
            sink.write(position, source);
        } catch (IOException e) {
            // The JDK has no exception of its own for it, and its text may be in the user's language.
            if (usableSpace(e) < wanted) {
                throw new NoSpaceException("No space left on device", position, e);
            }
            throw e;
        }
    }

    private long usableSpace(IOException reason) {
        try {
            return Files.getFileStore(file).getUsableSpace();
        } catch (IOException e) {
            reason.addSuppressed(e);
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
