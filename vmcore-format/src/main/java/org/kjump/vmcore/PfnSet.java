package org.kjump.vmcore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A set of page frame numbers from 0 up to a limit, as a bitmap: bit {@code n} of byte {@code k} is frame {@code 8k+n}, as
 * kdump-compressed files store it. Long stretches without frames, or with all of them, take no memory. Safe for use by many threads while it does not change.
 */
public final class PfnSet {
    /** The bitmap is kept in pieces of so many words, made when one of their frames is added. */
    private static final int PIECE_WORDS = 1 << 14;

    private static final int PIECE_SHIFT = 20;
    private static final long PIECE_MASK = (1L << PIECE_SHIFT) - 1;
    private static final int PIECE_BYTES = PIECE_WORDS * 8;
    private static final long[] EMPTY = {};
    /** A piece with all frames, which no set changes: it is copied first. */
    private static final long[] FULL = full();
    /** Frames of 4 KiB in 52 bits of physical address, the most that x86 and arm64 have. */
    public static final long LIMIT_MAX = 1L << 40;

    private final long[][] pieces;
    private final long limit;

    /**
     * An empty set.
     *
     * @param limit one more than the highest frame that the set may have; at most {@link #LIMIT_MAX}
     */
    public PfnSet(long limit) {
        if (limit < 0 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a set of %d page frames".formatted(limit));
        }
        this.limit = limit;
        this.pieces = new long[(int) (limit + PIECE_MASK >> PIECE_SHIFT)][];
        Arrays.fill(pieces, EMPTY);
    }

    private static long[] full() {
        long[] piece = new long[PIECE_WORDS];
        Arrays.fill(piece, -1);
        return piece;
    }

    /** One more than the highest frame that the set may have. */
    public long limit() {
        return limit;
    }

    private static int word(long pfn) {
        return (int) (pfn & PIECE_MASK) >> 6;
    }

    @SuppressWarnings("ReferenceEquality") // that very piece
    private boolean isFull(int index) {
        return pieces[index] == FULL;
    }

    private long[] writable(long pfn) {
        int index = (int) (pfn >> PIECE_SHIFT);
        if (pieces[index].length == 0) {
            pieces[index] = new long[PIECE_WORDS];
        } else if (isFull(index)) {
            pieces[index] = FULL.clone();
        }
        return pieces[index];
    }

    /** Whether the frame is in the set; frames outside the limit are not. */
    public boolean has(long pfn) {
        if (pfn < 0 || pfn >= limit) {
            return false;
        }
        long[] piece = pieces[(int) (pfn >> PIECE_SHIFT)];
        return piece.length != 0 && (piece[word(pfn)] >>> pfn & 1) != 0;
    }

    /** Frames outside the limit are passed over. */
    public void add(long pfn) {
        if (pfn >= 0 && pfn < limit) {
            writable(pfn)[word(pfn)] |= 1L << pfn;
        }
    }

    /** Frames that are not in the set are passed over. */
    public void remove(long pfn) {
        if (has(pfn)) {
            writable(pfn)[word(pfn)] &= ~(1L << pfn);
        }
    }

    /** Adds the frames from {@code start} up to but without {@code end}, as far as they are inside the limit. */
    public void add(long start, long end) {
        long last = Math.min(end, limit);
        for (long pfn = Math.max(0, start); pfn < last; ) {
            if ((pfn & PIECE_MASK) == 0 && last - pfn > PIECE_MASK) {
                pieces[(int) (pfn >> PIECE_SHIFT)] = FULL;
                pfn += PIECE_MASK + 1;
            } else {
                writable(pfn)[word(pfn)] |= mask(pfn, last);
                pfn = (pfn | 63) + 1;
            }
        }
    }

    /** Removes the frames from {@code start} up to but without {@code end}. */
    public void remove(long start, long end) {
        long last = Math.min(end, limit);
        for (long pfn = next(Math.max(0, start)); pfn >= 0 && pfn < last; ) {
            if ((pfn & PIECE_MASK) == 0 && last - pfn > PIECE_MASK) {
                pieces[(int) (pfn >> PIECE_SHIFT)] = EMPTY;
                pfn = next(pfn + PIECE_MASK + 1);
            } else {
                writable(pfn)[word(pfn)] &= ~mask(pfn, last);
                pfn = next((pfn | 63) + 1);
            }
        }
    }

    /** Removes the frames that are not in {@code others}. */
    public void retain(PfnSet others) {
        for (int i = 0; i < pieces.length; i++) {
            if (pieces[i].length != 0) {
                long[] other = i < others.pieces.length ? others.pieces[i] : EMPTY;
                pieces[i] = other.length == 0 ? EMPTY : and(pieces[i], other, 0);
            }
        }
    }

    /** Removes the frames that are in {@code others}. */
    public void removeAll(PfnSet others) {
        for (int i = 0; i < Math.min(pieces.length, others.pieces.length); i++) {
            if (pieces[i].length != 0 && others.pieces[i].length != 0) {
                pieces[i] = and(pieces[i], others.pieces[i], -1);
            }
        }
    }

    /** Adds the frames of {@code others} that are inside the limit. */
    public void addAll(PfnSet others) {
        for (long pfn = others.next(0); pfn >= 0; ) {
            long end = others.nextMissing(pfn);
            add(pfn, end);
            pfn = others.next(end);
        }
    }

    /** The lowest frame at or above {@code pfn} that is not in the set; at most the limit. */
    public long nextMissing(long pfn) {
        long at = pfn;
        while (at < limit) {
            int index = (int) (at >> PIECE_SHIFT);
            if (isFull(index)) {
                at = (at | PIECE_MASK) + 1;
                continue;
            }
            long missing = pieces[index].length == 0 ? -1 : ~pieces[index][word(at)];
            missing &= -1L << at;
            if (missing != 0) {
                return Math.min(limit, (at & -64) + Long.numberOfTrailingZeros(missing));
            }
            at = (at | 63) + 1;
        }
        return limit;
    }

    /** The {@code count} lowest frames of the set, or all if there are fewer. */
    public PfnSet first(long count) {
        PfnSet first = new PfnSet(limit);
        long left = count;
        for (long pfn = next(0); pfn >= 0 && left > 0; ) {
            long end = Math.min(nextMissing(pfn), left < limit - pfn ? pfn + left : limit);
            first.add(pfn, end);
            left -= end - pfn;
            pfn = next(end);
        }
        return first;
    }

    /** @param flip what the second operand's words are XOR-ed with first */
    private static long[] and(long[] one, long[] other, long flip) {
        long[] both = new long[PIECE_WORDS];
        for (int i = 0; i < PIECE_WORDS; i++) {
            both[i] = one[i] & (other[i] ^ flip);
        }
        return both;
    }

    /**
     * Removes the frames that bits say: bit {@code n} of word {@code k} is frame {@code start + 64k + n}.
     *
     * @param start a multiple of 64
     */
    public void remove(long start, long[] bits) {
        for (int i = 0; i < bits.length; i++) {
            long pfn = start + 64L * i;
            if (bits[i] != 0 && pfn < limit && pieces[(int) (pfn >> PIECE_SHIFT)].length != 0) {
                writable(pfn)[word(pfn)] &= ~bits[i];
            }
        }
    }

    /** The bits from {@code pfn} to the end of its word, without those at and above {@code last}. */
    private static long mask(long pfn, long last) {
        long mask = -1L << pfn;
        return last < (pfn | 63) + 1 ? mask & (1L << last) - 1 : mask;
    }

    /** The same frames, in a set that changes on its own. */
    public PfnSet copy() {
        PfnSet copy = new PfnSet(limit);
        for (int i = 0; i < pieces.length; i++) {
            copy.pieces[i] = isFull(i) ? FULL : pieces[i].clone();
        }
        return copy;
    }

    /** How many frames are in the set. */
    public long size() {
        return size(0, limit);
    }

    /** How many frames of the set are at or above {@code start} and below {@code end}. */
    public long size(long start, long end) {
        long size = 0;
        long last = Math.min(end, limit);
        for (long pfn = next(start); pfn >= 0 && pfn < last; ) {
            int index = (int) (pfn >> PIECE_SHIFT);
            long next = isFull(index) ? (pfn | PIECE_MASK) + 1 : (pfn | 63) + 1;
            size += isFull(index)
                    ? Math.min(next, last) - pfn
                    : Long.bitCount(pieces[index][word(pfn)] & mask(pfn, last));
            pfn = next(next);
        }
        return size;
    }

    /** The lowest frame in the set at or above {@code pfn}, or -1. */
    public long next(long pfn) {
        long at = pfn;
        while (at < limit) {
            long[] piece = pieces[(int) (at >> PIECE_SHIFT)];
            if (piece.length == 0) {
                at = (at | PIECE_MASK) + 1;
                continue;
            }
            long word = piece[word(at)] & -1L << at;
            if (word != 0) {
                return (at & -64) + Long.numberOfTrailingZeros(word);
            }
            at = (at | 63) + 1;
        }
        return -1;
    }

    /** The bitmap's bytes from {@code first} on; zeros behind its end. */
    public byte[] bytes(long first, int length) {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            long at = first + done;
            int within = (int) (at % PIECE_BYTES);
            int count = Math.min(length - done, PIECE_BYTES - within);
            long index = at / PIECE_BYTES;
            if (index < pieces.length && pieces[(int) index].length != 0) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                piece.asLongBuffer().put(pieces[(int) index]);
                piece.get(within, bytes, done, count);
            }
            done += count;
        }
        return bytes;
    }

    /**
     * Adds the frames that a part of a bitmap says.
     *
     * @param first which of the bitmap's bytes the first of {@code bytes} is; a multiple of 8
     */
    public void addBytes(long first, byte[] bytes) {
        ByteBuffer words =
                ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 7 & ~7)).order(ByteOrder.LITTLE_ENDIAN);
        for (long pfn = 8 * first; words.hasRemaining() && pfn < limit; pfn += 64) {
            long word = words.getLong();
            if (word != 0) {
                writable(pfn)[word(pfn)] |= word & mask(pfn, limit);
            }
        }
    }
}
