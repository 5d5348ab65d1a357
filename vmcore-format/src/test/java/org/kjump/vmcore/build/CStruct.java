package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A C structure that is filled member by member, in the order of its declaration: where a member lies follows from the sizes and the
 * alignment of the machine's C compiler, and is told nowhere. Not thread-safe.
 */
final class CStruct {
    private final ByteBuffer bytes;
    private final Abi abi;

    /** At most {@code room} bytes. */
    CStruct(Abi abi, ByteOrder order, int room) {
        this.abi = abi;
        this.bytes = ByteBuffer.allocate(room).order(order);
    }

    private void align(int to) {
        bytes.position((bytes.position() + to - 1) / to * to);
    }

    CStruct bytes(byte[] value) {
        bytes.put(value);
        return this;
    }

    CStruct u32(long value) {
        align(4);
        bytes.putInt((int) value);
        return this;
    }

    CStruct u64(long value) {
        align(abi.longLongAlignment());
        bytes.putLong(value);
        return this;
    }

    /** A long. */
    CStruct word(long value) {
        return abi.wordBytes() == 8 ? u64(value) : u32(value);
    }

    /** As long as {@code sizeof} says. */
    byte[] done() {
        align(abi.longLongAlignment() < 8 ? 4 : 8);
        byte[] done = new byte[bytes.position()];
        bytes.get(0, done);
        return done;
    }
}
