package org.kjump.vmcore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * ELF notes as bytes: three words (length of the name with its NUL, length of the description, type), name, description, the
 * latter two padded to 4 bytes in 32-bit and in 64-bit files. Stateless: for any number of threads.
 */
public final class Notes {
    private static final int HEADER = 12;

    private Notes() {}

    /**
     * The notes in {@code bytes}, in the byte order that the buffer has. A note without a name is passed over, as the
     * zeros of a processor's note that was never filled are; what cannot be a note ends the list.
     */
    public static List<Note> parse(ByteBuffer bytes) {
        List<Note> notes = new ArrayList<>();
        long at = bytes.position();
        while (at + HEADER <= bytes.limit()) {
            int header = (int) at;
            long nameSize = bytes.getInt(header) & 0xffffffffL;
            long size = bytes.getInt(header + 4) & 0xffffffffL;
            long start = at + HEADER + padded(nameSize);
            if (start + size > bytes.limit()) {
                break;
            }
            if (nameSize > 0) {
                String name = StandardCharsets.ISO_8859_1
                        .decode(bytes.slice(header + HEADER, (int) nameSize - 1))
                        .toString();
                notes.add(new Note(name, bytes.getInt(header + 8), bytes.slice((int) start, (int) size)));
            }
            at = start + padded(size);
        }
        return notes;
    }

    /** {@code notes} one behind the other. */
    public static ByteBuffer bytes(List<Note> notes, ByteOrder order) {
        ByteBuffer bytes = ByteBuffer.allocate(
                        Math.toIntExact(notes.stream().mapToLong(Notes::size).sum()))
                .order(order);
        for (Note note : notes) {
            byte[] name = (note.name() + "\0").getBytes(StandardCharsets.ISO_8859_1);
            bytes.putInt(name.length).putInt(note.description().remaining()).putInt(note.type());
            bytes.put(name).position((int) padded(bytes.position()));
            bytes.put(note.description()).position((int) padded(bytes.position()));
        }
        return bytes.flip();
    }

    /** How many bytes lie between the start of {@code note} and its description. */
    public static int descriptionOffset(Note note) {
        return (int) (HEADER + padded(note.name().length() + 1L));
    }

    /** The length of {@code note} in bytes, padding included. */
    public static long size(Note note) {
        return descriptionOffset(note) + padded(note.description().remaining());
    }

    private static long padded(long length) {
        return length + 3 & ~3L;
    }
}
