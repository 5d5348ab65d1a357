package org.kjump.vmcore.layout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.VmcoreException;

/**
 * Reads values that follow each other from some memory, and no further than to an end. Not thread-safe: it has a position, and keeps
 * the bytes around it.
 */
public final class Cursor {
    /** Not more than the smallest page: what is mapped for one byte of a window is mapped for all. */
    private static final int WINDOW = 4096;

    private static final int LEB_BYTES_MAX = 10;

    private final String name;
    private final Memory memory;
    private final long end;
    private final ByteBuffer window;
    private long windowStart;
    private long at;

    /**
     * @param name of what is read, for messages
     * @param start address of the first byte
     * @param end behind the last byte that may be read
     */
    public Cursor(String name, Memory memory, long start, long end) {
        this.name = name;
        this.memory = memory;
        this.at = start;
        this.end = end;
        this.window = ByteBuffer.allocate(WINDOW).order(memory.order()).limit(0);
    }

    /** The address of the next byte. */
    public long at() {
        return at;
    }

    /** How many bytes are left. */
    public long remaining() {
        return end - at;
    }

    /** Goes to another address, before the end or at it. */
    public void seek(long address) {
        if (end - address < 0) {
            throw tooFar(0, address);
        }
        at = address;
    }

    /** @param bytes to pass over, unsigned */
    public void skip(long bytes) {
        if (bytes < 0 || bytes > remaining()) {
            throw tooFar(bytes, at);
        }
        at += bytes;
    }

    private VmcoreException tooFar(long bytes, long address) {
        return new VmcoreException(
                "%s: %s bytes at 0x%x: its end is at 0x%x".formatted(name, Long.toUnsignedString(bytes), address, end));
    }

    /** The next byte, zero-extended. */
    public int u8() {
        return window.get(take(1)) & 0xff;
    }

    /** The next 2 bytes, zero-extended. */
    public int u16() {
        return (int) unsigned(2);
    }

    /** Three bytes. */
    public int u24() {
        boolean isBig = window.order() == ByteOrder.BIG_ENDIAN;
        int value = 0;
        for (int i = 0; i < 3; i++) {
            value |= u8() << 8 * (isBig ? 2 - i : i);
        }
        return value;
    }

    /** The next 4 bytes, zero-extended. */
    public long u32() {
        return unsigned(4);
    }

    /** The next 8 bytes; unsigned. */
    public long u64() {
        return unsigned(8);
    }

    /** An integer of {@code width} (1, 2, 4 or 8) bytes, zero-extended. */
    public long unsigned(int width) {
        int within = (int) at & WINDOW - 1;
        if (within + width <= WINDOW) {
            return Field.unsigned(window, take(width), width);
        }
        if (width > remaining()) {
            throw tooFar(width, at);
        }
        long value = memory.unsigned(at, width);
        at += width;
        return value;
    }

    /** The place in the window of bytes that do not cross its end. */
    private int take(int width) {
        if (width > remaining()) {
            throw tooFar(width, at);
        }
        long index = at - windowStart;
        if (index < 0 || index + width > window.limit()) {
            windowStart = at & -WINDOW;
            window.clear();
            long rest = end - windowStart;
            if (rest >= 0 && rest < WINDOW) {
                window.limit((int) rest);
            }
            memory.read(windowStart, window);
            window.flip();
            index = at - windowStart;
        }
        at += width;
        return (int) index;
    }

    /** An unsigned LEB128 number (DWARF 5, 7.6); bits beyond 64 are lost. */
    public long uleb() {
        long value = 0;
        for (int i = 0; i < LEB_BYTES_MAX; i++) {
            int next = u8();
            value |= (long) (next & 0x7f) << 7 * i;
            if (next < 0x80) {
                return value;
            }
        }
        throw new VmcoreException("%s: a LEB128 number that ends before 0x%x: at most %d bytes expected, more found"
                .formatted(name, at, LEB_BYTES_MAX));
    }

    /** A signed LEB128 number. */
    public long sleb() {
        long start = at;
        long value = uleb();
        long bits = 7 * (at - start);
        return bits >= 64 ? value : value << 64 - bits >> 64 - bits;
    }

    /** Text up to its NUL, which is read, too. */
    public String string() {
        StringBuilder text = new StringBuilder();
        for (int next = u8(); next != 0; next = u8()) {
            text.append((char) next);
        }
        return text.toString();
    }

    /** Passes over text and its NUL. */
    public void skipString() {
        while (u8() != 0) {
            // the NUL ends it
        }
    }
}
