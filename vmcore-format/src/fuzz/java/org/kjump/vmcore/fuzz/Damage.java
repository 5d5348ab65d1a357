package org.kjump.vmcore.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Damage to a large file, told by a small input, which a fuzzer changes with more success: records of 12 bytes, each the log2 of a width
 * in one byte, an offset in three, and a value.
 */
final class Damage {
    static final int RECORD = 12;

    private Damage() {}

    /** A copy of {@code file} with what {@code records} tells done to the bytes from {@code from} up to {@code to}. */
    static byte[] to(byte[] file, int from, int to, ByteBuffer records) {
        byte[] damaged = file.clone();
        ByteBuffer bytes = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
        while (records.remaining() >= RECORD) {
            int where = records.getInt();
            long value = records.getLong();
            int at = from + (where & 0xffffff) % (to - from - Long.BYTES);
            switch (where >>> 24 & 3) {
                case 0 -> bytes.put(at, (byte) value);
                case 1 -> bytes.putShort(at & ~1, (short) value);
                case 2 -> bytes.putInt(at & ~3, (int) value);
                default -> bytes.putLong(at & ~7, value);
            }
        }
        return damaged;
    }

    /** A record. */
    static byte[] record(int log2, int offset, long value) {
        return ByteBuffer.allocate(1 + RECORD)
                .put((byte) 0)
                .putInt(log2 << 24 | offset)
                .putLong(value)
                .array();
    }
}
