package org.kjump.vmcore.flattened;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/**
 * A flattened file seen as the file that it would be rearranged to, without rearranging: the records are indexed when it is opened. Of two
 * records for one place the later counts; what no record has is zero. Safe for use by many threads.
 */
public final class FlattenedFile implements ByteSource {
    /** A stretch of the rearranged file, up to {@code end}, that stands at {@code at} in the flattened one. */
    private record Piece(long end, long at) {}

    private final ByteSource file;
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();

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
        index();
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

    private void index() {
        long at = FlattenedFormat.HEADER.size();
        while (true) {
            ByteBuffer record = read(at, FlattenedFormat.RECORD.size());
            long offset = FlattenedFormat.RECORD.field("offset").unsigned(record, 0);
            long size = FlattenedFormat.RECORD.field("buf_size").unsigned(record, 0);
            if (offset == FlattenedFormat.END && size == FlattenedFormat.END) {
                return;
            }
            long data = at + FlattenedFormat.RECORD.size();
            if (offset < 0 || size <= 0 || offset > Long.MAX_VALUE - size || size > file.size() - data) {
                throw new VmcoreException(
                        "%s: record at offset %d: a piece within the file's %d bytes expected, %d bytes for offset %d found"
                                .formatted(file.name(), at, file.size(), size, offset));
            }
            put(offset, new Piece(offset + size, data));
            at = data + size;
        }
    }

    /** Cuts what earlier records have at the place. */
    private void put(long start, Piece piece) {
        Map.Entry<Long, Piece> before = pieces.lowerEntry(start);
        if (before != null && before.getValue().end() > start) {
            keepTail(before, piece.end());
            pieces.put(before.getKey(), new Piece(start, before.getValue().at()));
        }
        Map.Entry<Long, Piece> covered = pieces.ceilingEntry(start);
        while (covered != null && covered.getKey() < piece.end()) {
            pieces.remove(covered.getKey());
            keepTail(covered, piece.end());
            covered = pieces.higherEntry(covered.getKey());
        }
        pieces.put(start, piece);
    }

    private void keepTail(Map.Entry<Long, Piece> old, long from) {
        if (old.getValue().end() > from) {
            pieces.put(from, new Piece(old.getValue().end(), old.getValue().at() + from - old.getKey()));
        }
    }

    @Override
    public String name() {
        return file.name();
    }

    /** Of the rearranged file. */
    @Override
    public long size() {
        return pieces.isEmpty() ? 0 : pieces.lastEntry().getValue().end();
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0 || position >= size()) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), size() - position);
        long at = position;
        long end = position + count;
        while (at < end) {
            Map.Entry<Long, Piece> piece = pieces.floorEntry(at);
            if (piece != null && piece.getValue().end() > at) {
                int length = (int) (Math.min(end, piece.getValue().end()) - at);
                file.readFully(piece.getValue().at() + at - piece.getKey(), target.slice(target.position(), length));
                target.position(target.position() + length);
                at += length;
            } else {
                Long next = pieces.higherKey(at);
                int hole = (int) (Math.min(end, next == null ? end : next) - at);
                target.put(new byte[hole]);
                at += hole;
            }
        }
        return count;
    }

    @Override
    public void close() {
        file.close();
    }
}
