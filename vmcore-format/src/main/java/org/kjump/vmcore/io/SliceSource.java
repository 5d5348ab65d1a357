package org.kjump.vmcore.io;

import java.nio.ByteBuffer;

/** A part of another source, which belongs to somebody else: closing this does nothing. */
record SliceSource(String name, ByteSource whole, long offset, long size) implements ByteSource {
    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0 || position >= size) {
            return 0;
        }
        int limit = target.limit();
        if (target.remaining() > size - position) {
            target.limit(target.position() + (int) (size - position));
        }
        try {
            return whole.read(offset + position, target);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public void close() {}
}
