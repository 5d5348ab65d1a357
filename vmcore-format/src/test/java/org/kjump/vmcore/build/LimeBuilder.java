package org.kjump.vmcore.build;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.io.ByteSource;

/** A file of LiME's as a description: ranges in the order in which they are told (LiME, doc/README.md). */
public final class LimeBuilder {
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    public LimeBuilder range(long paddr, byte[] bytes) {
        ByteBuffer header = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        header.put(new byte[] {'E', 'M', 'i', 'L'}).putInt(1).putLong(paddr).putLong(paddr + bytes.length - 1);
        file.writeBytes(header.array());
        file.writeBytes(bytes);
        return this;
    }

    public byte[] bytes() {
        return file.toByteArray();
    }

    public ByteSource source() {
        return ByteSource.of("lime", ByteBuffer.wrap(bytes()));
    }
}
