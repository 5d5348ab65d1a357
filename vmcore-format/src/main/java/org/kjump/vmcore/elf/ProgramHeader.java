package org.kjump.vmcore.elf;

/**
 * A program header: {@code fileSize} bytes at {@code offset} of the file are the first of {@code size} bytes at {@code paddr}. An address
 * of all ones means none, in 32-bit files too, and is -1.
 */
public record ProgramHeader(long type, long offset, long vaddr, long paddr, long fileSize, long size) {
    public static final long PT_LOAD = ElfLayout.PT_LOAD;
    public static final long PT_INTERP = 3;
    public static final long PT_NOTE = ElfLayout.PT_NOTE;

    /** Whether {@code fileSize} bytes are in a file of {@code length} bytes. */
    public boolean isInside(long length) {
        return offset >= 0 && fileSize >= 0 && offset <= length && fileSize <= length - offset;
    }
}
