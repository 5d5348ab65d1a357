package org.kjump.vmcore.debug.btf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kjump.vmcore.VmcoreException;

/**
 * The records of BTF by number, from 1. Each is three words (offset of the name; kind, number of elements and a flag; size or another
 * record's number) and what its kind has behind them. A record of a kind that is not known here ends them: it does not tell its length.
 */
final class BtfRecords {
    static final int MAGIC = 0xeb9f;
    static final int HEADER = 24;
    private static final int RECORD = 12;
    /** The kernel takes no longer ones (btf_name_valid_identifier and KSYM_NAME_LEN). */
    private static final int NAME_MAX = 512;

    private static final BtfKind[] KINDS = BtfKind.values();

    private final String file;
    private final ByteBuffer types;
    private final ByteBuffer strings;
    /** Where records begin; the first is of void, and nowhere. */
    private int[] starts = new int[1024];

    private int count;

    BtfRecords(String file, ByteBuffer bytes) {
        this.file = file;
        if (bytes.remaining() < HEADER || (bytes.getShort(bytes.position()) & 0xffff) != MAGIC) {
            throw new VmcoreException("%s: BTF with the magic eb9f at its start expected".formatted(file));
        }
        ByteBuffer header = bytes.slice().order(bytes.order());
        long length = header.getInt(4) & 0xffffffffL;
        this.types = part(header, length, 8);
        this.strings = part(header, length, 16);
        for (int at = 0; types.capacity() - at >= RECORD; ) {
            int info = types.getInt(at + 4);
            int kind = info >>> 24 & 0x1f;
            if (kind == 0 || kind >= KINDS.length) {
                break;
            }
            long end = at + RECORD + KINDS[kind].bytes(info & 0xffff);
            if (end > types.capacity()) {
                throw new VmcoreException("%s: BTF record %d at 0x%x: ends behind the records, at 0x%x"
                        .formatted(file, count + 1, at, types.capacity()));
            }
            count++;
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
            }
            starts[count] = at;
            at = (int) end;
        }
    }

    /** The part whose offset, behind the header, and length stand at {@code index} of the header. */
    private ByteBuffer part(ByteBuffer bytes, long headerLength, int index) {
        long start = headerLength + (bytes.getInt(index) & 0xffffffffL);
        long length = bytes.getInt(index + 4) & 0xffffffffL;
        if (start + length > bytes.capacity()) {
            throw new VmcoreException("%s: BTF: 0x%x bytes at 0x%x: 0x%x bytes expected at most"
                    .formatted(file, length, start, bytes.capacity()));
        }
        return bytes.slice((int) start, (int) length).order(bytes.order());
    }

    int count() {
        return count;
    }

    VmcoreException bad(int id, String expected) {
        return new VmcoreException(
                "%s: BTF record %s: %s expected".formatted(file, Integer.toUnsignedString(id), expected));
    }

    private int start(int id) {
        if (id < 1 || id > count) {
            throw bad(id, "1 to " + count);
        }
        return starts[id];
    }

    BtfKind kind(int id) {
        return KINDS[types.getInt(start(id) + 4) >>> 24 & 0x1f];
    }

    int elements(int id) {
        return types.getInt(start(id) + 4) & 0xffff;
    }

    boolean flag(int id) {
        return types.getInt(start(id) + 4) < 0;
    }

    String name(int id) {
        return text(types.getInt(start(id)));
    }

    long size(int id) {
        return types.getInt(start(id) + 8) & 0xffffffffL;
    }

    /** The number of the record that this one refers to. */
    int reference(int id) {
        return types.getInt(start(id) + 8);
    }

    /** A word behind the first three. */
    int word(int id, int index) {
        return types.getInt(start(id) + RECORD + 4 * index);
    }

    String text(int offset) {
        StringBuilder text = new StringBuilder();
        for (int at = offset; at >= 0 && at < strings.capacity() && text.length() < NAME_MAX; at++) {
            byte next = strings.get(at);
            if (next == 0) {
                return text.toString();
            }
            text.append((char) (next & 0xff));
        }
        throw new VmcoreException("%s: BTF: name at 0x%x: at most %d bytes before 0x%x expected"
                .formatted(file, offset, NAME_MAX, strings.capacity()));
    }
}
