package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.layout.Field;

/** The page descriptors of a file from the first to the last, read in pieces. */
record Descriptors(KdumpHeaders headers) {
    private static final int DESCRIPTOR = KdumpLayout.DESCRIPTOR.size();
    private static final Field OFFSET = KdumpLayout.DESCRIPTOR.field("offset");
    private static final Field SIZE = KdumpLayout.DESCRIPTOR.field("size");
    private static final Field FLAGS = KdumpLayout.DESCRIPTOR.field("flags");
    private static final int AT_ONCE = 1 << 14;

    /** Is told of each descriptor; what stands behind the end of the file is zeros. */
    interface Visitor<E extends Exception> {
        void descriptor(long pfn, long offset, long size, long flags) throws E;
    }

    /** Of {@code described}, the frames whose descriptors were written before the space ran out. */
    PfnSet written(PfnSet described) {
        PfnSet written = described.copy();
        forEach(described, (pfn, offset, size, flags) -> {
            if (offset == 0) {
                written.remove(pfn);
            }
        });
        return written;
    }

    /** @param described the frames that the descriptors belong to */
    <E extends Exception> void forEach(PfnSet described, Visitor<E> visitor) throws E {
        long left = described.size();
        long at = headers.descriptors();
        long pfn = described.next(0);
        ByteBuffer piece =
                ByteBuffer.allocate((int) Math.min(left, AT_ONCE) * DESCRIPTOR).order(headers.order());
        while (left > 0) {
            int count = (int) Math.min(left, AT_ONCE);
            Arrays.fill(piece.array(), (byte) 0);
            headers.file().read(at, piece.clear().limit(count * DESCRIPTOR));
            piece.clear();
            for (int i = 0; i < count; i++) {
                int start = i * DESCRIPTOR;
                visitor.descriptor(
                        pfn, OFFSET.unsigned(piece, start), SIZE.unsigned(piece, start), FLAGS.unsigned(piece, start));
                pfn = described.next(pfn + 1);
            }
            at += (long) count * DESCRIPTOR;
            left -= count;
        }
    }
}
