package org.kjump.vmcore.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import org.kjump.vmcore.VmcoreException;

/** A channel as a source: positional reads where the channel has them, one reader at a time where it has not. */
final class ChannelSource implements ByteSource {
    private final String name;
    private final SeekableByteChannel channel;
    private final long size;

    ChannelSource(String name, SeekableByteChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        this.size = channel.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0 || position >= size) {
            return 0;
        }
        try {
            return channel instanceof FileChannel file ? readAt(file, position, target) : readMoving(position, target);
        } catch (IOException e) {
            throw new VmcoreException(
                    "%s: cannot be read at offset %d: %s".formatted(name, position, e.getMessage()), e);
        }
    }

    private static int readAt(FileChannel file, long position, ByteBuffer target) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            int count = file.read(target, position + total);
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    private synchronized int readMoving(long position, ByteBuffer target) throws IOException {
        channel.position(position);
        int total = 0;
        while (target.hasRemaining()) {
            int count = channel.read(target);
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new VmcoreException("%s: cannot be closed: %s".formatted(name, e.getMessage()), e);
        }
    }
}
