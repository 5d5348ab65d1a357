package org.kjump.kexec.image;

import java.io.InputStream;
import java.nio.ByteBuffer;
import org.kjump.vmcore.io.ByteSource;

/** A source from its beginning to its end. */
final class SourceStream extends InputStream {
    private final ByteSource source;
    private long position;

    SourceStream(ByteSource source) {
        this.source = source;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int count = source.read(position, ByteBuffer.wrap(target, offset, length));
        position += count;
        return count == 0 ? -1 : count;
    }
}
