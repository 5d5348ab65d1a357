package org.kjump.vmcore.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import org.kjump.vmcore.VmcoreException;

/** zstd at level 1, as makedumpfile packs (since 1.7.0), by the C library with contexts that serve page after page. */
final class ZstdCodec implements PageCodec {
    private static final int LEVEL = 1;

    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private byte[] scratch = {};

    private ZstdCodec() {
        compressor.setLevel(LEVEL);
    }

    /** Pure Java where the C library cannot be loaded, such as on a read-only system. */
    static PageCodec open() {
        try {
            return new ZstdCodec();
        } catch (LinkageError e) {
            return BlockCodec.zstd();
        }
    }

    @Override
    public int pack(byte[] page, byte[] packed) {
        int most = (int) Zstd.compressBound(page.length);
        if (scratch.length < most) {
            scratch = new byte[most];
        }
        int size = compressor.compressByteArray(scratch, 0, scratch.length, page, 0, page.length);
        if (size >= page.length) {
            return page.length;
        }
        System.arraycopy(scratch, 0, packed, 0, size);
        return size;
    }

    @Override
    public void unpack(byte[] packed, int length, byte[] page) {
        int size;
        try {
            size = decompressor.decompressByteArray(page, 0, page.length, packed, 0, length);
        } catch (ZstdException e) {
            throw new VmcoreException("a damaged zstd frame of %d bytes: %s".formatted(length, e.getMessage()), e);
        }
        if (size != page.length) {
            throw new VmcoreException("a zstd frame of %d bytes gives %d bytes: a page of %d is expected"
                    .formatted(length, size, page.length));
        }
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
