package org.kjump.vmcore.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;

/** zstd's own library at level 1, as makedumpfile packs (since 1.7.0), with contexts that serve page after page. */
final class ZstdLibrary implements BlockLibrary {
    private static final int LEVEL = 1;

    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

    private ZstdLibrary() {
        compressor.setLevel(LEVEL);
    }

    /** Pure Java where the C library cannot be loaded, such as where nothing can be written to a temporary folder. */
    static BlockLibrary open() {
        try {
            return new ZstdLibrary();
        } catch (LinkageError e) {
            return JavaLibrary.zstd();
        }
    }

    @Override
    public int bound(int length) {
        return (int) Zstd.compressBound(length);
    }

    @Override
    public int compress(byte[] pages, int at, int length, byte[] target) {
        return compressor.compressByteArray(target, 0, target.length, pages, at, length);
    }

    @Override
    public int decompress(byte[] block, int length, byte[] page) {
        return decompressor.decompressByteArray(page, 0, page.length, block, 0, length);
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
