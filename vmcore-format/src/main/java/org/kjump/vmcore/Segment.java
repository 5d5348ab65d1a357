package org.kjump.vmcore;

/**
 * A stretch of physical memory in a dump: a PT_LOAD. All numbers are bytes, unsigned 64 bit. Immutable.
 *
 * @param paddr where it starts
 * @param vaddr where the kernel maps it, or {@link #UNMAPPED}; 0 where the dump's maker did not say
 * @param fileSize how much of it has bytes in the file; the rest up to {@code size} is known and not stored
 * @param size how long it is
 */
public record Segment(long paddr, long vaddr, long fileSize, long size) {
    /** {@code p_vaddr} of memory that the kernel has no fixed mapping for, such as i386 high memory. */
    public static final long UNMAPPED = -1;

    /** Behind the last byte: a physical address. */
    public long end() {
        return paddr + size;
    }
}
