package org.kjump.vmcore.layout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A structure in some memory: reads, and in {@link WritableMemory} writes, members by name. For code that reads
 * structures by the million, {@link Field} on a buffer is the faster way to the same bytes. It holds no bytes itself: threads may
 * share it as far as they may share the memory.
 */
public record Struct(StructLayout layout, Memory memory, long address) {
    /** The member as an unsigned integer. */
    public long get(String member) {
        Field field = layout.field(member);
        return memory.unsigned(address + field.offset(), field.length());
    }

    /** The member as a signed integer. */
    public long getSigned(String member) {
        int shift = 64 - 8 * layout.field(member).length();
        return get(member) << shift >> shift;
    }

    /**
     * Writes the low bytes of {@code value}.
     *
     * @throws ClassCastException if the memory is not {@link WritableMemory}: a defect of the program
     */
    public void set(String member, long value) {
        Field field = layout.field(member);
        writable().setUnsigned(address + field.offset(), field.length(), value);
    }

    /** The bytes of the whole structure. */
    public byte[] bytes() {
        byte[] bytes = new byte[layout.size()];
        memory.read(address, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** The address of the member. */
    public long addressOf(String member) {
        return address + layout.field(member).offset();
    }

    /** The member's bytes as text up to the first NUL. */
    public String string(String member) {
        Field field = layout.field(member);
        ByteBuffer bytes = ByteBuffer.allocate(field.length());
        memory.read(address + field.offset(), bytes);
        int length = 0;
        while (length < bytes.capacity() && bytes.get(length) != 0) {
            length++;
        }
        return new String(bytes.array(), 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Writes {@code text} and NULs up to the member's end; what does not fit is cut, and the last byte stays NUL. */
    public void setString(String member, String text) {
        Field field = layout.field(member);
        byte[] bytes = new byte[field.length()];
        byte[] source = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(source, 0, bytes, 0, Math.min(source.length, bytes.length - 1));
        writable().write(address + field.offset(), ByteBuffer.wrap(bytes));
    }

    private WritableMemory writable() {
        return (WritableMemory) memory;
    }
}
