package org.kjump.vmcore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A set of page frame numbers from 0 up to a limit, as a bitmap: bit {@code n} of byte {@code k} is frame {@code 8k+n}, as
 * kdump-compressed files store it. Not thread-safe while it changes.
 */
public final class PfnSet {
    private final long[] words;
    private final long limit;

    /** @param limit one more than the highest frame that the set may have; below 2^37 */
    public PfnSet(long limit) {
        if (limit < 0 || limit >= 1L << 37) {
            throw new IllegalArgumentException("a set of %d page frames".formatted(limit));
        }
        this.limit = limit;
        this.words = new long[(int) (limit + 63 >> 6)];
    }

    public long limit() {
        return limit;
    }

    public boolean has(long pfn) {
        return pfn >= 0 && pfn < limit && (words[(int) (pfn >> 6)] >>> pfn & 1) != 0;
    }

    /** Frames outside the limit are passed over. */
    public void add(long pfn) {
        if (pfn >= 0 && pfn < limit) {
            words[(int) (pfn >> 6)] |= 1L << pfn;
        }
    }

    public void remove(long pfn) {
        if (pfn >= 0 && pfn < limit) {
            words[(int) (pfn >> 6)] &= ~(1L << pfn);
        }
    }

    public PfnSet copy() {
        PfnSet copy = new PfnSet(limit);
        System.arraycopy(words, 0, copy.words, 0, words.length);
        return copy;
    }

    /** How many frames are in the set. */
    public long size() {
        long size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    /** The lowest frame in the set at or above {@code pfn}, or -1. */
    public long next(long pfn) {
        int index = (int) (pfn >> 6);
        if (index >= words.length) {
            return -1;
        }
        long word = words[index] & -1L << pfn;
        while (word == 0) {
            if (++index == words.length) {
                return -1;
            }
            word = words[index];
        }
        return ((long) index << 6) + Long.numberOfTrailingZeros(word);
    }

    /** The bitmap's bytes, {@code length} of them, zero-filled. */
    public byte[] bytes(int length) {
        byte[] bytes = new byte[Math.max(length, words.length * 8)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(words);
        return java.util.Arrays.copyOf(bytes, length);
    }
}
