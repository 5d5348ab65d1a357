package org.kjump.vmcore.codec;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/** How the pages of a dump are packed. */
public enum Compression {
    /** Not at all. */
    NONE,
    /** A zlib stream (RFC 1950) a page. */
    ZLIB,
    /** A block of LZO1X a page. */
    LZO,
    /** A block of snappy's raw format a page. */
    SNAPPY,
    /** A zstd frame (RFC 8878) a page. */
    ZSTD;

    /** A codec of this kind, for one thread at a time; the caller closes it. */
    public PageCodec codec() {
        return switch (this) {
            case NONE -> new RawCodec();
            case ZLIB -> new ZlibCodec();
            case LZO -> new BlockCodec("LZO", JavaLibrary.lzo());
            case SNAPPY -> new BlockCodec("snappy", JavaLibrary.snappy());
            case ZSTD -> new BlockCodec("zstd", ZstdLibrary.open());
        };
    }

    /** What a stream of any length holds; it belongs to the answer, which is for one thread. Only zlib and zstd have streams here. */
    InputStream unpacked(InputStream packed) {
        return switch (this) {
            case ZLIB -> new InflaterInputStream(packed);
            case ZSTD -> new ZstdInputStream(packed);
            case NONE, LZO, SNAPPY -> throw new IllegalArgumentException("no stream of " + this);
        };
    }
}
