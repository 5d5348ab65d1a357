package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/** Texts that end with a NUL, by their offset in a section. Not thread-safe: it keeps the pieces that it read last. */
public final class StringSection {
    private static final int PIECE_SHIFT = 16;
    private static final int PIECE = 1 << PIECE_SHIFT;
    /** A power of two: 4 MiB are kept. */
    private static final int SLOTS = 64;
    /** KSYM_NAME_LEN of 6.1 (include/linux/kallsyms.h); no name that a dump tool asks for is longer. */
    private static final int LENGTH_MAX = 512;

    private final ByteSource bytes;
    private final @Nullable ByteBuffer[] pieces = new @Nullable ByteBuffer[SLOTS];
    private final long[] numbers = new long[SLOTS];

    /** Does not close {@code bytes}. */
    public StringSection(ByteSource bytes) {
        this.bytes = bytes;
    }

    /**
     * The text at {@code offset}, each byte a character; empty if it is longer than any name.
     *
     * @throws VmcoreException if it does not start or end in the section
     */
    public Optional<String> at(long offset) {
        StringBuilder text = new StringBuilder();
        for (long at = offset; text.length() <= LENGTH_MAX; at++) {
            if (at < 0 || at >= bytes.size()) {
                throw new VmcoreException("%s: text at offset 0x%x does not end before the section does, at 0x%x"
                        .formatted(bytes.name(), offset, bytes.size()));
            }
            byte next = piece(at).get((int) at & PIECE - 1);
            if (next == 0) {
                return Optional.of(text.toString());
            }
            text.append((char) (next & 0xff));
        }
        return Optional.empty();
    }

    private ByteBuffer piece(long at) {
        long number = at >>> PIECE_SHIFT;
        int slot = (int) number & SLOTS - 1;
        ByteBuffer piece = pieces[slot];
        if (piece != null && numbers[slot] == number) {
            return piece;
        }
        long start = number << PIECE_SHIFT;
        ByteBuffer fresh = ByteBuffer.allocate((int) Math.min(PIECE, bytes.size() - start));
        bytes.readFully(start, fresh);
        pieces[slot] = fresh;
        numbers[slot] = number;
        return fresh;
    }
}
