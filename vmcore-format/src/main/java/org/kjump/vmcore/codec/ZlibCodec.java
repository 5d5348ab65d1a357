package org.kjump.vmcore.codec;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.VmcoreException;

/** zlib at level 1, as makedumpfile packs ({@code Z_BEST_SPEED}). */
final class ZlibCodec implements PageCodec {
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;

    @Override
    public int pack(byte[] pages, int at, int length, byte[] target, int to) {
        Deflater stream = deflater;
        if (stream == null) {
            stream = new Deflater(Deflater.BEST_SPEED);
            deflater = stream;
        }
        stream.reset();
        stream.setInput(pages, at, length);
        stream.finish();
        int size = stream.deflate(target, to, length);
        return stream.finished() && size < length ? size : length;
    }

    @Override
    public void unpack(byte[] packed, int length, byte[] page) {
        Inflater stream = inflater;
        if (stream == null) {
            stream = new Inflater();
            inflater = stream;
        }
        stream.reset();
        stream.setInput(packed, 0, length);
        try {
            int size = stream.inflate(page);
            // The end of the stream is seen only when more is asked for than the page has.
            if (size != page.length || !stream.finished() && stream.inflate(new byte[1]) != 0) {
                throw new VmcoreException(
                        "a zlib stream of %d bytes does not give a page of %d bytes".formatted(length, page.length));
            }
        } catch (DataFormatException e) {
            throw new VmcoreException("a damaged zlib stream of %d bytes: %s".formatted(length, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        if (deflater != null) {
            deflater.end();
        }
        if (inflater != null) {
            inflater.end();
        }
    }
}
