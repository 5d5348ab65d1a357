package org.kjump.vmcore.elf;

/**
 * A load of an output file: {@code fileSize} bytes stored from {@code paddr} on, {@code size} in all.
 *
 * @param end what it ends at
 */
record ElfLoad(long paddr, long vaddr, long fileSize, long size, End end) {
    /** The C tool gives {@code p_offset} 0 to an empty load only before a kept page. */
    enum End {
        KEPT_PAGE,
        SEGMENT
    }

    /** How many frames have bytes in it. */
    long frames(int pageShift) {
        long mask = (1L << pageShift) - 1;
        return fileSize == 0 ? 0 : (paddr + fileSize + mask >> pageShift) - (paddr >> pageShift);
    }
}
