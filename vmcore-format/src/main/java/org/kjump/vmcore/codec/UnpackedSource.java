package org.kjump.vmcore.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/**
 * What a packed stream holds, at random. It is unpacked once and kept in pieces that are packed again, each for itself: debug data of
 * a kernel are hundreds of megabytes, of which little is read twice. Safe for use by many threads, one at a time.
 */
public final class UnpackedSource implements ByteSource {
    private static final int PIECE_SHIFT = 16;
    private static final int PIECE = 1 << PIECE_SHIFT;
    /** No stream of deflate gains more (zlib's technical details); none of zstd with debug data does. */
    private static final long RATIO_MAX = 1032;

    private final String name;
    private final long size;
    private final List<byte[]> pieces = new ArrayList<>();
    private final byte[] piece = new byte[PIECE];
    private int current = -1;

    private UnpackedSource(String name, long size) {
        this.name = name;
        this.size = size;
    }

    /**
     * Does not keep {@code packed}.
     *
     * @param compression {@link Compression#ZLIB} or {@link Compression#ZSTD}
     * @param size how many bytes it holds
     * @throws VmcoreException if it is damaged, or holds fewer
     */
    public static ByteSource of(ByteSource packed, Compression compression, long size) {
        if (size < 0 || size / RATIO_MAX > packed.size()) {
            throw new VmcoreException("%s: %d packed bytes can hold %d, not %s"
                    .formatted(packed.name(), packed.size(), RATIO_MAX * packed.size(), Long.toUnsignedString(size)));
        }
        UnpackedSource source = new UnpackedSource(packed.name(), size);
        try (InputStream stream = compression.unpacked(new SourceStream(packed));
                PageCodec codec = Compression.ZSTD.codec()) {
            source.fill(stream, codec);
        } catch (VmcoreException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The libraries answer damage with exceptions of several kinds.
            throw new VmcoreException("%s: damaged: %s".formatted(packed.name(), e.getMessage()), e);
        }
        return source;
    }

    private void fill(InputStream stream, PageCodec codec) throws IOException {
        byte[] packed = new byte[PIECE];
        for (long done = 0; done < size; done += PIECE) {
            int wanted = (int) Math.min(PIECE, size - done);
            int found = stream.readNBytes(piece, 0, wanted);
            if (found < wanted) {
                throw new VmcoreException("%s: holds %d bytes: %d expected".formatted(name, done + found, size));
            }
            Arrays.fill(piece, wanted, PIECE, (byte) 0);
            int length = codec.pack(piece, 0, PIECE, packed, 0);
            pieces.add(length < PIECE ? Arrays.copyOf(packed, length) : piece.clone());
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public synchronized int read(long position, ByteBuffer target) {
        if (position < 0) {
            return 0;
        }
        int before = target.position();
        for (long at = position; at < size && target.hasRemaining(); ) {
            int offset = (int) at & PIECE - 1;
            int count = (int) Math.min(target.remaining(), Math.min(PIECE - offset, size - at));
            target.put(piece((int) (at >>> PIECE_SHIFT)), offset, count);
            at += count;
        }
        return target.position() - before;
    }

    private byte[] piece(int index) {
        byte[] packed = pieces.get(index);
        if (packed.length == PIECE) {
            return packed;
        }
        if (index != current) {
            current = -1; // until it is whole
            // Not kept: nobody closes the sections of a file, and a codec has memory outside of the heap.
            try (PageCodec codec = Compression.ZSTD.codec()) {
                codec.unpack(packed, packed.length, piece);
            }
            current = index;
        }
        return piece;
    }

    @Override
    public void close() {}

    /** A source as a stream. */
    private static final class SourceStream extends InputStream {
        private final ByteSource source;
        private long at;

        SourceStream(ByteSource source) {
            this.source = source;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            int count = source.read(at, ByteBuffer.wrap(bytes, offset, length));
            at += count;
            return count == 0 ? -1 : count;
        }
    }
}
