package org.kjump.vmcore.elf;

/**
 * A program header: {@code fileSize} bytes at {@code offset} of the file are the first of {@code size} bytes at {@code paddr}. An address
 * of all ones means none, in 32-bit files too, and is -1. Numbers are unsigned, and not checked. Immutable.
 */
public record ProgramHeader(long type, long offset, long vaddr, long paddr, long fileSize, long size) {
    /** Type of what is loaded: a stretch of memory. */
    public static final long PT_LOAD = ElfLayout.PT_LOAD;
    /** Type of the name of a program's loader. */
    public static final long PT_INTERP = 3;
    /** Type of notes. */
    public static final long PT_NOTE = ElfLayout.PT_NOTE;

    /** Whether {@code fileSize} bytes are in a file of {@code length} bytes. */
    public boolean isInside(long length) {
        return offset >= 0 && fileSize >= 0 && offset <= length && fileSize <= length - offset;
    }
}
