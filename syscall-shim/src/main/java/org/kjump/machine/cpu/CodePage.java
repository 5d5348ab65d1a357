package org.kjump.machine.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.kjump.machine.memory.Ram;

/**
 * The blocks that were decoded from a page of physical memory, by the offset of their first byte. Which bytes they were
 * read from is known exactly, so that data beside code can be written without harm.
 */
final class CodePage {
    /** Stands for every page without code. */
    static final CodePage NONE = new CodePage(-1);

    private static final int WORD_SHIFT = 6;

    final int pfn;
    private final @Nullable Block[] blocks;
    /** A bit for each byte of the page that is code, and as many zeros as the longest write reaches beyond it. */
    private final long[] bytes = new long[(Ram.PAGE_SIZE >> WORD_SHIFT) + 1];

    CodePage(int pfn) {
        this.pfn = pfn;
        blocks = new @Nullable Block[pfn < 0 ? 0 : Ram.PAGE_SIZE];
    }

    @Nullable
    Block at(int offset) {
        return blocks[offset];
    }

    void add(int offset, Block block) {
        blocks[offset] = block;
        for (int at = offset; at < offset + block.bytes; at++) {
            bytes[at >> WORD_SHIFT] |= 1L << at;
        }
    }

    /** Whether a write of {@code size} bytes at {@code offset} changes code. */
    boolean holds(int offset, int size) {
        int word = offset >> WORD_SHIFT;
        int shift = offset & (1 << WORD_SHIFT) - 1;
        // The second shift is by 64 - shift, in two parts: by 64 would be by 0.
        long from = bytes[word] >>> shift | bytes[word + 1] << 1 << 63 - shift;
        return (from & (1L << size) - 1) != 0;
    }

    void forget() {
        Arrays.fill(blocks, null);
        Arrays.fill(bytes, 0);
    }
}
