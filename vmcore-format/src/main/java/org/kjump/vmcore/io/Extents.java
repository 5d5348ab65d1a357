package org.kjump.vmcore.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Which bytes of a source stand at which addresses: stretches that do not overlap, sorted. Addresses and offsets are bytes, from 0 to
 * 2^63-1. To look something up takes a binary search and allocates nothing. Immutable.
 */
public final class Extents {
    /** What has no bytes reads as these. */
    private static final byte[] ZEROS = new byte[1 << 12];

    /**
     * Addresses {@code [start, end)} stand at {@code offset} of the source and behind. One whose end is not above its start is empty.
     */
    public record Stretch(long start, long end, long offset) {}

    private final long[] starts;
    private final long[] ends;
    private final long[] offsets;

    private Extents(long[] starts, long[] ends, long[] offsets) {
        this.starts = starts;
        this.ends = ends;
        this.offsets = offsets;
    }

    /**
     * Stretches in any order: of those that overlap the first in the list counts. Takes time in proportion to {@code n log n}.
     */
    public static Extents of(List<Stretch> stretches) {
        Sweep sweep = new Sweep(stretches);
        sweep.run();
        return new Extents(
                Arrays.copyOf(sweep.starts, sweep.size),
                Arrays.copyOf(sweep.ends, sweep.size),
                Arrays.copyOf(sweep.offsets, sweep.size));
    }

    /** Goes through all addresses upwards; at each the first of the stretches that are open there is the one that counts. */
    private static final class Sweep {
        private final List<Stretch> stretches;
        /** Indices of stretches by their start. */
        private final int[] order;

        /** Indices of those that have begun, the first of the list in front; some may have ended. */
        private final PriorityQueue<Integer> open = new PriorityQueue<>();

        private final long[] starts;
        private final long[] ends;
        private final long[] offsets;
        private int size;

        Sweep(List<Stretch> stretches) {
            this.stretches = stretches;
            this.order = IntStream.range(0, stretches.size())
                    .boxed()
                    .filter(i -> stretches.get(i).start() < stretches.get(i).end())
                    .sorted(Comparator.comparingLong(i -> stretches.get(i).start()))
                    .mapToInt(Integer::intValue)
                    .toArray();
            // One begins at a start or where another ends.
            this.starts = new long[2 * order.length];
            this.ends = new long[2 * order.length];
            this.offsets = new long[2 * order.length];
        }

        void run() {
            int next = 0;
            long at = 0;
            while (next < order.length || !open.isEmpty()) {
                if (open.isEmpty()) {
                    at = stretches.get(order[next]).start();
                }
                while (next < order.length && stretches.get(order[next]).start() <= at) {
                    open.add(order[next++]);
                }
                Stretch first = stretches.get(open.element());
                if (first.end() <= at) {
                    open.remove();
                    continue;
                }
                long end = next < order.length
                        ? Math.min(first.end(), stretches.get(order[next]).start())
                        : first.end();
                put(at, end, first.offset() + at - first.start());
                at = end;
            }
        }

        /** Makes the last one longer if this one continues it, in addresses and in the source. */
        private void put(long start, long end, long offset) {
            int last = size - 1;
            if (size > 0 && ends[last] == start && offsets[last] + start - starts[last] == offset) {
                ends[last] = end;
            } else {
                starts[size] = start;
                ends[size] = end;
                offsets[size] = offset;
                size++;
            }
        }
    }

    /** One more than the highest address that has bytes; 0 if none has. */
    public long end() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** How many addresses have bytes. */
    public long size() {
        long size = 0;
        for (int i = 0; i < starts.length; i++) {
            size += ends[i] - starts[i];
        }
        return size;
    }

    /** The first extent that ends above {@code address}. */
    private int at(long address) {
        int found = Arrays.binarySearch(starts, address);
        int floor = found >= 0 ? found : -found - 2;
        return floor >= 0 && ends[floor] > address ? floor : floor + 1;
    }

    /** Whether any address of {@code [start, end)} has bytes. */
    public boolean touches(long start, long end) {
        int i = at(start);
        return i < starts.length && starts[i] < end;
    }

    /** Whether {@code [start, end)} stands in one piece in the source. */
    public boolean isOnePiece(long start, long end) {
        int i = at(start);
        return i < starts.length && starts[i] <= start && end <= ends[i];
    }

    /** The lowest address at or above {@code start} that has bytes, or -1. */
    public long next(long start) {
        int i = at(start);
        return i < starts.length ? Math.max(start, starts[i]) : -1;
    }

    /**
     * Puts {@code length} bytes from {@code start} on into {@code target}; zeros where there are none.
     *
     * @param source what the offsets are of
     */
    public void read(ByteSource source, long start, ByteBuffer target, int length) {
        long end = start + length;
        int limit = target.limit();
        long at = start;
        for (int i = at(start); at < end; i++) {
            long from = i < starts.length ? Math.min(Math.max(at, starts[i]), end) : end;
            zero(target, from - at);
            at = from;
            if (at < end) {
                long to = Math.min(end, ends[i]);
                try {
                    source.readFully(offsets[i] + at - starts[i], target.limit(target.position() + (int) (to - at)));
                } finally {
                    target.limit(limit);
                }
                at = to;
            }
        }
    }

    private static void zero(ByteBuffer target, long length) {
        for (long left = length; left > 0; left -= ZEROS.length) {
            target.put(ZEROS, 0, (int) Math.min(left, ZEROS.length));
        }
    }
}
