package org.kjump.vmcore.elf;

/**
 * A section header: {@code size} bytes at {@code offset} of the file. Numbers are unsigned, and not checked.
 * Immutable.
 *
 * @param type {@code sh_type}
 * @param address where a loaded file has it; 0 for sections that are not loaded
 * @param link {@code sh_link}: the string section of a symbol table, by number
 */
public record ElfSection(
        String name, long type, long flags, long address, long offset, long size, long link, long entrySize) {
    static final long SHT_SYMTAB = 2;
    static final long SHT_NOBITS = 8;
    static final long SHF_COMPRESSED = 0x800;

    /** Whether a loaded file has {@code address} in this section, and the file has bytes for it. */
    boolean holds(long address) {
        long distance = address - this.address;
        return this.address != 0 && type != SHT_NOBITS && distance >= 0 && distance < size;
    }
}
