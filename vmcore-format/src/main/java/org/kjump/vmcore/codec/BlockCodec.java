package org.kjump.vmcore.codec;

import org.kjump.vmcore.VmcoreException;

/** A page as one block of a compression library. */
final class BlockCodec implements PageCodec {
    private final String name;
    private final BlockLibrary library;
    private byte[] scratch = {};

    /** Takes {@code library} over: closing this closes it. */
    BlockCodec(String name, BlockLibrary library) {
        this.name = name;
        this.library = library;
    }

    @Override
    public int pack(byte[] pages, int at, int length, byte[] target, int to) {
        int most = library.bound(length);
        if (scratch.length < most) {
            scratch = new byte[most];
        }
        int size = library.compress(pages, at, length, scratch);
        if (size >= length) {
            return length;
        }
        System.arraycopy(scratch, 0, target, to, size);
        return size;
    }

    @Override
    public void unpack(byte[] packed, int length, byte[] page) {
        int size;
        try {
            size = library.decompress(packed, length, page);
        } catch (RuntimeException e) {
            // The libraries answer damage with exceptions of several kinds.
            throw new VmcoreException("a damaged %s block of %d bytes: %s".formatted(name, length, e.getMessage()), e);
        }
        if (size != page.length) {
            throw new VmcoreException("a %s block of %d bytes gives %d bytes: a page of %d is expected"
                    .formatted(name, length, size, page.length));
        }
    }

    @Override
    public void close() {
        library.close();
    }
}
