package org.kjump.linux.fs;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file that is read only, at any position. */
abstract class ReadChannel implements SeekableByteChannel {
    private final long size;
    private long position;
    private boolean open = true;

    ReadChannel(long size) {
        this.size = size;
    }

    /** Fills {@code target}, which fits into the file, from {@code position}. */
    abstract void fill(long position, ByteBuffer target);

    @Override
    public final int read(ByteBuffer target) throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (position >= size) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), size - position);
        ByteBuffer part = target.duplicate().limit(target.position() + count);
        fill(position, part);
        target.position(target.position() + count);
        position += count;
        return count;
    }

    @Override
    public final int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public final long position() {
        return position;
    }

    @Override
    public final SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public final long size() {
        return size;
    }

    @Override
    public final SeekableByteChannel truncate(long newSize) {
        throw new NonWritableChannelException();
    }

    @Override
    public final boolean isOpen() {
        return open;
    }

    @Override
    public final void close() {
        open = false;
    }
}
