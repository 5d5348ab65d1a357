package org.kjump.vmcore.codec;

import io.airlift.compress.Compressor;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lzo.LzoCompressor;
import io.airlift.compress.lzo.LzoDecompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;

/** aircompressor, pure Java. Its blocks differ from those of the C libraries; either reads the other's. */
record JavaLibrary(Compressor compressor, Decompressor decompressor) implements BlockLibrary {
    static BlockLibrary lzo() {
        return new JavaLibrary(new LzoCompressor(), new LzoDecompressor());
    }

    static BlockLibrary snappy() {
        return new JavaLibrary(new SnappyCompressor(), new SnappyDecompressor());
    }

    static BlockLibrary zstd() {
        return new JavaLibrary(new ZstdCompressor(), new ZstdDecompressor());
    }

    @Override
    public int bound(int length) {
        return compressor.maxCompressedLength(length);
    }

    @Override
    public int compress(byte[] pages, int at, int length, byte[] target) {
        return compressor.compress(pages, at, length, target, 0, target.length);
    }

    @Override
    public int decompress(byte[] block, int length, byte[] page) {
        return decompressor.decompress(block, 0, length, page, 0, page.length);
    }
}
