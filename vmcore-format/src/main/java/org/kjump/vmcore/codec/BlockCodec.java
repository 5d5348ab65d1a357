package org.kjump.vmcore.codec;

import io.airlift.compress.Compressor;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lzo.LzoCompressor;
import io.airlift.compress.lzo.LzoDecompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import org.kjump.vmcore.VmcoreException;

/** Codecs of the pure Java library aircompressor. Their bytes differ from the C libraries'; either reads the other's. */
final class BlockCodec implements PageCodec {
    private final String name;
    private final Compressor compressor;
    private final Decompressor decompressor;
    private byte[] scratch = {};

    private BlockCodec(String name, Compressor compressor, Decompressor decompressor) {
        this.name = name;
        this.compressor = compressor;
        this.decompressor = decompressor;
    }

    static PageCodec lzo() {
        return new BlockCodec("LZO", new LzoCompressor(), new LzoDecompressor());
    }

    static PageCodec snappy() {
        return new BlockCodec("snappy", new SnappyCompressor(), new SnappyDecompressor());
    }

    static PageCodec zstd() {
        return new BlockCodec("zstd", new ZstdCompressor(), new ZstdDecompressor());
    }

    @Override
    public int pack(byte[] page, byte[] packed) {
        int most = compressor.maxCompressedLength(page.length);
        if (scratch.length < most) {
            scratch = new byte[most];
        }
        int size = compressor.compress(page, 0, page.length, scratch, 0, scratch.length);
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
            size = decompressor.decompress(packed, 0, length, page, 0, page.length);
        } catch (RuntimeException e) {
            // The library answers damage with exceptions of several kinds.
            throw new VmcoreException("a damaged %s block of %d bytes: %s".formatted(name, length, e.getMessage()), e);
        }
        if (size != page.length) {
            throw new VmcoreException("a %s block of %d bytes gives %d bytes: a page of %d is expected"
                    .formatted(name, length, size, page.length));
        }
    }

    @Override
    public void close() {}
}
