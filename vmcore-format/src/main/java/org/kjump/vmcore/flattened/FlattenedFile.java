package org.kjump.vmcore.flattened;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.Extents;

/**
 * A flattened file seen as the file that it would be rearranged to, without rearranging: the records are indexed when it is opened. Of two
 * records for one place the later counts; what no record has is zero. Safe for use by many threads.
 */
public final class FlattenedFile implements ByteSource {
    /**
     * What no record has is zeros, such as the ends of header blocks; a file of which most is such is none that a tool wrote, and a reader
     * would be busy with it for hours.
     */
    private static final long HOLES_MAX = 16L << 20;

    private final ByteSource file;
    private final Extents pieces;

    /**
     * Takes {@code file} over: closing this closes it.
     *
     * @throws VmcoreException if it is no flattened file, or ends before its end record
     */
    public FlattenedFile(ByteSource file) {
        this.file = file;
        ByteBuffer header = read(0, FlattenedFormat.HEADER.size());
        long type = FlattenedFormat.HEADER.field("type").unsigned(header, 0);
        if (!recognises(file) || type != FlattenedFormat.TYPE) {
            throw new VmcoreException(
                    "%s: no flattened file: signature 'makedumpfile' and type 1 expected, type %d found"
                            .formatted(file.name(), type));
        }
        this.pieces = index();
        if (pieces.end() - pieces.size() > HOLES_MAX + file.size()) {
            throw new VmcoreException("%s: records for a file of %d bytes expected, up to offset %d found"
                    .formatted(file.name(), pieces.size(), pieces.end()));
        }
    }

    /** Whether a file begins as a flattened file does. */
    public static boolean recognises(ByteSource file) {
        byte[] signature = FlattenedFormat.signature();
        ByteBuffer start = ByteBuffer.allocate(signature.length);
        return file.read(0, start) == signature.length && Arrays.equals(start.array(), signature);
    }

    private ByteBuffer read(long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.BIG_ENDIAN);
        file.readFully(position, bytes);
        return bytes.flip();
    }

    private Extents index() {
        List<Extents.Stretch> records = new ArrayList<>();
        long at = FlattenedFormat.HEADER.size();
        while (true) {
            ByteBuffer record = read(at, FlattenedFormat.RECORD.size());
            long offset = FlattenedFormat.RECORD.field("offset").unsigned(record, 0);
            long size = FlattenedFormat.RECORD.field("buf_size").unsigned(record, 0);
            if (offset == FlattenedFormat.END && size == FlattenedFormat.END) {
                Collections.reverse(records);
                return Extents.of(records);
            }
            long data = at + FlattenedFormat.RECORD.size();
            if (offset < 0 || size <= 0 || offset > Long.MAX_VALUE - size || size > file.size() - data) {
                throw new VmcoreException(
                        "%s: record at offset %d: a piece within the file's %d bytes expected, %d bytes for offset %d found"
                                .formatted(file.name(), at, file.size(), size, offset));
            }
            records.add(new Extents.Stretch(offset, offset + size, data));
            at = data + size;
        }
    }

    @Override
    public String name() {
        return file.name();
    }

    /** Of the rearranged file. */
    @Override
    public long size() {
        return pieces.end();
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0 || position >= size()) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), size() - position);
        pieces.read(file, position, target, count);
        return count;
    }

    @Override
    public void close() {
        file.close();
    }
}
