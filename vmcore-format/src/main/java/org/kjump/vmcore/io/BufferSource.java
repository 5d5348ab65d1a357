package org.kjump.vmcore.io;

import java.nio.ByteBuffer;

/** Bytes in memory. */
record BufferSource(String name, ByteBuffer bytes) implements ByteSource {
    @Override
    public long size() {
        return bytes.capacity();
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0 || position >= bytes.capacity()) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), bytes.capacity() - position);
        target.put(bytes.slice((int) position, count));
        return count;
    }

    @Override
    public void close() {}
}
