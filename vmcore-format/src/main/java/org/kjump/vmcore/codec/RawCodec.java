package org.kjump.vmcore.codec;

import org.kjump.vmcore.VmcoreException;

/** Pages as they are. */
final class RawCodec implements PageCodec {
    @Override
    public int pack(byte[] pages, int at, int length, byte[] target, int to) {
        return length;
    }

    @Override
    public void unpack(byte[] packed, int length, byte[] page) {
        if (length != page.length) {
            throw new VmcoreException("a raw page of %d bytes expected, %d found".formatted(page.length, length));
        }
        System.arraycopy(packed, 0, page, 0, length);
    }

    @Override
    public void close() {}
}
