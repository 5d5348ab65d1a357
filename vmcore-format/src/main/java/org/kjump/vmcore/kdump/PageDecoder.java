package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.PageCodec;
import org.kjump.vmcore.layout.Field;

/** Reads pages by the numbers of their descriptors. It keeps buffers and codecs for the next call; for one thread at a time. */
final class PageDecoder implements AutoCloseable {
    /** Descriptors are read so many at once. */
    private static final int WINDOW = 128;
    /** Pages that stand side by side are read in pieces of so many bytes at most. */
    private static final int PIECE = 1 << 16;

    private static final int DESCRIPTOR = KdumpLayout.DESCRIPTOR.size();
    private static final Field OFFSET = KdumpLayout.DESCRIPTOR.field("offset");
    private static final Field SIZE = KdumpLayout.DESCRIPTOR.field("size");
    private static final Field FLAGS = KdumpLayout.DESCRIPTOR.field("flags");

    private final KdumpHeaders headers;
    private final int block;
    private final ByteBuffer descriptors;
    /** The number of the first descriptor in the buffer. */
    private long first;

    private int filled;
    private final byte[] piece;
    private final ByteBuffer pieceBuffer;
    private final byte[] packed;
    private final byte[] page;
    /** The block that {@link #readPart} had last, and the number of its descriptor. */
    private final ByteBuffer whole;

    private long wholeRank = -1;
    private final Map<Compression, PageCodec> codecs = new EnumMap<>(Compression.class);

    PageDecoder(KdumpHeaders headers) {
        this.headers = headers;
        this.block = headers.block();
        this.descriptors = ByteBuffer.allocate(WINDOW * DESCRIPTOR).order(headers.order());
        this.piece = new byte[PIECE];
        this.pieceBuffer = ByteBuffer.wrap(piece);
        this.packed = new byte[block];
        this.page = new byte[block];
        this.whole = ByteBuffer.allocate(block);
    }

    /** Puts {@code length} bytes of a block, from {@code offset} on, into {@code target}. */
    void readPart(long pfn, long rank, int offset, int length, ByteBuffer target) {
        if (rank != wholeRank) {
            wholeRank = -1; // until it is whole
            read(pfn, rank, 1, whole.clear());
            wholeRank = rank;
        }
        target.put(target.position(), whole, offset, length).position(target.position() + length);
    }

    /**
     * Puts pages that follow each other into {@code target}.
     *
     * @param pfn the first of them, for messages
     * @param rank the number of its descriptor
     * @param count their descriptors follow each other
     */
    void read(long pfn, long rank, int count, ByteBuffer target) {
        for (int done = 0; done < count; ) {
            int from = load(rank + done);
            int to = Math.min(filled, from + count - done);
            pages(pfn + done, from, to, target);
            done += to - from;
        }
    }

    /** @return where in the window descriptor {@code rank} is */
    private int load(long rank) {
        if (rank < first || rank >= first + filled) {
            filled = 0;
            first = rank / WINDOW * WINDOW;
            headers.file().read(headers.descriptors() + first * DESCRIPTOR, descriptors.clear());
            filled = descriptors.position() / DESCRIPTOR;
            if (rank >= first + filled) {
                throw headers.bad(
                        "page descriptor %d".formatted(rank),
                        "at offset %d".formatted(headers.descriptors() + rank * DESCRIPTOR),
                        "the end of the file at %d".formatted(headers.file().size()));
            }
        }
        return (int) (rank - first);
    }

    private long get(Field member, int index) {
        return member.unsigned(descriptors, index * DESCRIPTOR);
    }

    /** Whether the descriptor is of a page that is not packed, as a hot loop asks it. */
    private boolean isRaw(int index) {
        return get(FLAGS, index) == 0;
    }

    private void pages(long pfn, int from, int to, ByteBuffer target) {
        for (int i = from; i < to; ) {
            check(pfn + i - from, i);
            int next = i + 1;
            long end = get(OFFSET, i) + get(SIZE, i);
            if (isRaw(i)) {
                while (next < to && isRaw(next) && get(OFFSET, next) == end && get(SIZE, next) == block) {
                    end += block;
                    next++;
                }
                read(get(OFFSET, i), (next - i) * block, target);
                next = repeat(next, to, target);
            } else {
                while (next < to
                        && !isRaw(next)
                        && get(OFFSET, next) == end
                        && end + get(SIZE, next) - get(OFFSET, i) <= PIECE) {
                    check(pfn + next - from, next);
                    end += get(SIZE, next);
                    next++;
                }
                unpack(pfn + i - from, i, next, (int) (end - get(OFFSET, i)), target);
            }
            i = next;
        }
    }

    private void read(long offset, int length, ByteBuffer target) {
        int limit = target.limit();
        try {
            headers.file().readFully(offset, target.limit(target.position() + length));
        } finally {
            target.limit(limit);
        }
    }

    /** Zero pages share one block: it is read once for those that follow each other. */
    private int repeat(int index, int to, ByteBuffer target) {
        int next = index;
        while (next < to && isRaw(next) && get(OFFSET, next) == get(OFFSET, index - 1) && get(SIZE, next) == block) {
            target.put(target.position(), target, target.position() - block, block);
            target.position(target.position() + block);
            next++;
        }
        return next;
    }

    private void unpack(long pfn, int from, int to, int length, ByteBuffer target) {
        headers.file().readFully(get(OFFSET, from), pieceBuffer.clear().limit(length));
        int at = 0;
        for (int i = from; i < to; i++) {
            int size = (int) get(SIZE, i);
            System.arraycopy(piece, at, packed, 0, size);
            at += size;
            PageCodec codec = codec(pfn + i - from, i);
            try {
                codec.unpack(packed, size, page);
            } catch (VmcoreException e) {
                throw new VmcoreException(
                        "%s: page frame 0x%x at offset %d: %s"
                                .formatted(headers.file().name(), pfn + i - from, get(OFFSET, i), e.getMessage()),
                        e);
            }
            target.put(page);
        }
    }

    private PageCodec codec(long pfn, int index) {
        Optional<Compression> compression = KdumpFlags.compression(get(FLAGS, index));
        if (compression.isEmpty()) {
            throw headers.bad(
                    "page frame 0x%x: flags".formatted(pfn),
                    "0 (raw), 1 (zlib), 2 (LZO), 4 (snappy) or 0x20 (zstd)",
                    get(FLAGS, index));
        }
        return codecs.computeIfAbsent(compression.get(), Compression::codec);
    }

    private void check(long pfn, int index) {
        long size = get(SIZE, index);
        if (get(OFFSET, index) == 0) {
            throw headers.lost(pfn);
        }
        if (size > block) {
            throw headers.bad("page frame 0x%x: size".formatted(pfn), "at most " + block, size);
        }
        if (isRaw(index) && size != block) {
            throw headers.bad("page frame 0x%x: size of a page that is not packed".formatted(pfn), "" + block, size);
        }
    }

    @Override
    public void close() {
        codecs.values().forEach(PageCodec::close);
        codecs.clear();
    }
}
