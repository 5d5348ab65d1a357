package org.kjump.machine.cpu;

/**
 * A segment register with its hidden part, as the last load left it (Intel SDM 3A, 3.4.3). The hidden part stays valid
 * when the descriptor tables go away, which is what code with GDTR limit 0 lives on.
 *
 * @param selector what software sees
 * @param base linear address
 * @param limit highest offset, in bytes; of an expand-down segment the highest offset that is not in it
 * @param access the descriptor's bits 40 to 55 as bits 0 to 15: type, S, DPL, P, (limit), AVL, L, D/B, G
 */
public record SegmentRegister(int selector, int base, int limit, int access) {
    private static final int WRITABLE_OR_READABLE = 2;
    private static final int EXPAND_DOWN = 4;
    private static final int CODE = 8;
    private static final int PRESENT = 0x80;

    /** A flat 4 GiB code segment of ring 0. */
    public static SegmentRegister flatCode(int selector) {
        return new SegmentRegister(selector, 0, -1, 0xc09b);
    }

    /** A flat 4 GiB data segment of ring 0. */
    public static SegmentRegister flatData(int selector) {
        return new SegmentRegister(selector, 0, -1, 0xc093);
    }

    boolean isPresent() {
        return (access & PRESENT) != 0;
    }

    boolean isCode() {
        return (access & CODE) != 0;
    }

    boolean isReadable() {
        return !isCode() || (access & WRITABLE_OR_READABLE) != 0;
    }

    boolean isWritable() {
        return !isCode() && (access & WRITABLE_OR_READABLE) != 0;
    }

    boolean expandsDown() {
        return !isCode() && (access & EXPAND_DOWN) != 0;
    }

    /** The first offset behind the segment, or 0 where nothing may be accessed by this simple rule. */
    long end() {
        return isPresent() && !expandsDown() ? (limit & 0xffffffffL) + 1 : 0;
    }
}
