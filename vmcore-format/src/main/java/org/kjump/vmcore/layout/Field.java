package org.kjump.vmcore.layout;

import java.nio.ByteBuffer;

/**
 * A member of a structure: {@code length} bytes at {@code offset} from the structure's start. A member of 1, 2, 4 or 8
 * bytes can be read as an integer, in the byte order of the memory it lies in. Immutable; all offsets and lengths are bytes.
 */
public record Field(String name, int offset, int length) {
    public Field {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("%s: offset %d, length %d".formatted(name, offset, length));
        }
    }

    /** This member of the structure that starts at {@code start} in {@code bytes}, zero-extended. */
    public long unsigned(ByteBuffer bytes, int start) {
        return unsigned(bytes, start + offset, length);
    }

    /** Writes the low bytes of {@code value} to this member of the structure that starts at {@code start} in {@code bytes}. */
    public void setUnsigned(ByteBuffer bytes, int start, long value) {
        setUnsigned(bytes, start + offset, length, value);
    }

    static long unsigned(ByteBuffer bytes, int index, int width) {
        return switch (width) {
            case 1 -> bytes.get(index) & 0xffL;
            case 2 -> bytes.getShort(index) & 0xffffL;
            case 4 -> bytes.getInt(index) & 0xffff_ffffL;
            case 8 -> bytes.getLong(index);
            default -> throw new IllegalArgumentException("no integer has " + width + " bytes");
        };
    }

    static void setUnsigned(ByteBuffer bytes, int index, int width, long value) {
        switch (width) {
            case 1 -> bytes.put(index, (byte) value);
            case 2 -> bytes.putShort(index, (short) value);
            case 4 -> bytes.putInt(index, (int) value);
            case 8 -> bytes.putLong(index, value);
            default -> throw new IllegalArgumentException("no integer has " + width + " bytes");
        }
    }
}
