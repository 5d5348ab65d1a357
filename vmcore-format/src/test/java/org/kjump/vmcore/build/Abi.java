package org.kjump.vmcore.build;

/** How C compilers lay structures out, as far as file formats depend on it. */
public enum Abi {
    I386(4, 4),
    /** ARM, MIPS, PowerPC. */
    ALIGNED_32(4, 8),
    WIDE(8, 8);

    private final int wordBytes;
    private final int longLongAlignment;

    Abi(int wordBytes, int longLongAlignment) {
        this.wordBytes = wordBytes;
        this.longLongAlignment = longLongAlignment;
    }

    int wordBytes() {
        return wordBytes;
    }

    int longLongAlignment() {
        return longLongAlignment;
    }
}
