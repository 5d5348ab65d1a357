package org.kjump.machine.cpu;

/**
 * Where an operand of an instruction is, as one number: a register with its width, memory with its width, or the
 * instruction itself. The 32-bit registers come first and have their own numbers, for they are used most.
 */
final class Place {
    static final int REGISTER_32 = 0;
    static final int REGISTER_16 = 8;
    static final int REGISTER_8 = 16;
    static final int MEMORY_8 = 24;
    static final int MEMORY_16 = 25;
    static final int MEMORY_32 = 26;
    static final int IMMEDIATE = 27;
    /** No operand that is read or written as a value. */
    static final int NONE = 28;

    private Place() {}

    static int register(int number, int size) {
        return number + (size == 4 ? REGISTER_32 : size == 2 ? REGISTER_16 : REGISTER_8);
    }

    static int memory(int size) {
        return size == 4 ? MEMORY_32 : size == 2 ? MEMORY_16 : MEMORY_8;
    }

    static boolean isMemory(int place) {
        return place >= MEMORY_8 && place <= MEMORY_32;
    }
}
