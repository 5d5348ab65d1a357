package org.kjump.linux.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.kjump.syscall.Errno;
import org.kjump.syscall.SyscallException;

/** A file of a partition that has an end. */
final class PartitionChannel implements SeekableByteChannel {
    private final SeekableByteChannel file;
    private final String name;
    private final long room;

    PartitionChannel(SeekableByteChannel file, String name, long room) {
        this.file = file;
        this.name = name;
        this.room = room;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return file.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (file.position() + source.remaining() > room) {
            throw new SyscallException("write(\"%s\", %d)".formatted(name, source.remaining()), Errno.ENOSPC);
        }
        return file.write(source);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        file.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
