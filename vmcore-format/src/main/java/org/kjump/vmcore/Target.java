package org.kjump.vmcore;

import java.nio.ByteOrder;

/**
 * The kind of machine that a dump was taken of. Immutable.
 *
 * @param elfMachine {@code e_machine} of ELF (elf.h): 3 for i386, 62 for x86_64
 * @param wordBytes size of {@code long} and of a pointer: 4 or 8
 * @param pageShift log2 of the page size, 12 on x86
 */
public record Target(int elfMachine, int wordBytes, ByteOrder order, int pageShift) {
    public static final int EM_386 = 3;
    public static final int EM_486 = 6;
    public static final int EM_PPC64 = 21;
    public static final int EM_S390 = 22;
    public static final int EM_ARM = 40;
    public static final int EM_X86_64 = 62;
    public static final int EM_AARCH64 = 183;
    public static final int EM_RISCV = 243;
    public static final int EM_LOONGARCH = 258;

    public static final Target I386 = new Target(EM_386, 4, ByteOrder.LITTLE_ENDIAN, 12);
    public static final Target X86_64 = new Target(EM_X86_64, 8, ByteOrder.LITTLE_ENDIAN, 12);

    /** Bytes in a page. */
    public int pageSize() {
        return 1 << pageShift;
    }
}
