package org.kjump.vmcore.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.layout.Memory;

/** The bytes of a source as memory: addresses are positions in it. Safe for use by many threads. */
public record SourceMemory(ByteSource source, ByteOrder order) implements Memory {
    /** @throws org.kjump.vmcore.VmcoreException if the source ends before {@code target} is full */
    @Override
    public void read(long address, ByteBuffer target) {
        source.readFully(address, target);
    }
}
