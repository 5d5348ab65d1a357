package org.kjump.vmcore;

import java.nio.ByteOrder;

/**
 * The kind of machine that a dump was taken of. Immutable.
 *
 * @param elfMachine {@code e_machine} of ELF (elf.h): 3 for i386, 62 for x86_64
 * @param wordBytes size of {@code long} and of a pointer: 4 or 8
 * @param order byte order of the machine's memory, and of the notes
 * @param pageShift log2 of the page size, 12 on x86
 */
public record Target(int elfMachine, int wordBytes, ByteOrder order, int pageShift) {
    /** i386. */
    public static final int EM_386 = 3;
    /** i386 as well: what old tools wrote. */
    public static final int EM_486 = 6;
    /** ppc64, both byte orders. */
    public static final int EM_PPC64 = 21;
    /** s390x. */
    public static final int EM_S390 = 22;
    /** arm, 32 bit. */
    public static final int EM_ARM = 40;
    /** x86_64. */
    public static final int EM_X86_64 = 62;
    /** arm64. */
    public static final int EM_AARCH64 = 183;
    /** riscv, 32 and 64 bit. */
    public static final int EM_RISCV = 243;
    /** loongarch64. */
    public static final int EM_LOONGARCH = 258;

    /** i386 with its pages of 4 KiB. */
    public static final Target I386 = new Target(EM_386, 4, ByteOrder.LITTLE_ENDIAN, 12);
    /** x86_64 with its pages of 4 KiB. */
    public static final Target X86_64 = new Target(EM_X86_64, 8, ByteOrder.LITTLE_ENDIAN, 12);

    /** Bytes in a page. */
    public int pageSize() {
        return 1 << pageShift;
    }
}
