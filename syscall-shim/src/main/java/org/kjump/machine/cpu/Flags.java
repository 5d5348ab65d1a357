package org.kjump.machine.cpu;

/**
 * EFLAGS while the processor runs. The six arithmetic flags are kept as the numbers that they are made of and computed
 * when somebody looks, which few instructions do.
 */
final class Flags {
    static final int CF = 1;
    static final int PF = 4;
    static final int AF = 0x10;
    static final int ZF = 0x40;
    static final int SF = 0x80;
    static final int TF = 0x100;
    static final int IF = 0x200;
    static final int DF = 0x400;
    static final int OF = 0x800;
    static final int NT = 0x4000;
    static final int RF = 0x10000;
    static final int VM = 0x20000;
    static final int ARITHMETIC = CF | PF | AF | ZF | SF | OF;
    /** What POPF and IRET in ring 0 can change: status, TF, IF, DF, IOPL, NT, AC, ID (Intel SDM 1, 3.4.3). */
    static final int CHANGEABLE = 0x247fd5;

    private static final int ALWAYS_SET = 2;

    /** All but the arithmetic flags. */
    private int others;
    /** ZF: is it 0? */
    private int zero;
    /** SF: is it negative? */
    private int sign;
    /** PF: are the ones in its low byte even in number? */
    private int low;
    /** AF: its bit 3. */
    private int halfCarry;
    /** CF: its bit 31. OF: is that different from bit 30? These are the carries out of the two highest bits. */
    private int carries;

    void load(int eflags) {
        others = eflags & ~ARITHMETIC;
        zero = (eflags & ZF) != 0 ? 0 : 1;
        sign = (eflags & SF) != 0 ? -1 : 0;
        low = (eflags & PF) != 0 ? 0 : 1;
        halfCarry = (eflags & AF) != 0 ? 8 : 0;
        setCarryAndOverflow((eflags & CF) != 0 ? 1 : 0, (eflags & OF) != 0 ? 1 : 0);
    }

    int value() {
        return others
                | ALWAYS_SET
                | carry()
                | (parity() ? PF : 0)
                | halfCarry << 1 & AF
                | (zero == 0 ? ZF : 0)
                | (sign < 0 ? SF : 0)
                | (overflow() ? OF : 0);
    }

    boolean isSet(int other) {
        return (others & other) != 0;
    }

    void set(int other) {
        others |= other;
    }

    void clear(int other) {
        others &= ~other;
    }

    int carry() {
        return carries >>> 31;
    }

    private boolean parity() {
        return (Integer.bitCount(low & 0xff) & 1) == 0;
    }

    private boolean overflow() {
        return (carries ^ carries << 1) < 0;
    }

    boolean isZero() {
        return zero == 0;
    }

    /** After {@code result = a + b}, with or without a carry. */
    void sum(int size, int a, int b, int result) {
        setResult(size, result);
        int carry = a & b | (a | b) & ~result;
        halfCarry = carry;
        carries = carry << 32 - 8 * size;
    }

    /** After {@code result = a - b}, with or without a borrow. */
    void difference(int size, int a, int b, int result) {
        setResult(size, result);
        int borrow = ~a & b | (~a | b) & result;
        halfCarry = borrow;
        carries = borrow << 32 - 8 * size;
    }

    /** After AND, OR, XOR. AF is undefined and becomes 0. */
    void logic(int size, int result) {
        setResult(size, result);
        halfCarry = 0;
        carries = 0;
    }

    /** ZF, SF and PF. */
    void setResult(int size, int result) {
        int justified = result << 32 - 8 * size;
        zero = justified;
        sign = justified;
        low = result;
    }

    void setCarryAndOverflow(int carry, int overflow) {
        carries = carry << 31 | (carry ^ overflow) << 30;
    }

    /** OF stays. */
    void setCarry(int carry) {
        setCarryAndOverflow(carry, overflow() ? 1 : 0);
    }

    void setZero(boolean isZero) {
        zero = isZero ? 0 : 1;
    }

    /** A condition of Jcc, SETcc and CMOVcc, numbered as in the low four bits of their opcodes. */
    boolean condition(int code) {
        return switch (code & 15) {
            case 0 -> overflow();
            case 1 -> !overflow();
            case 2 -> carries < 0;
            case 3 -> carries >= 0;
            case 4 -> zero == 0;
            case 5 -> zero != 0;
            case 6 -> carries < 0 || zero == 0;
            case 7 -> carries >= 0 && zero != 0;
            case 8 -> sign < 0;
            case 9 -> sign >= 0;
            case 10 -> parity();
            case 11 -> !parity();
            case 12 -> sign < 0 != overflow();
            case 13 -> sign < 0 == overflow();
            case 14 -> zero == 0 || sign < 0 != overflow();
            default -> zero != 0 && sign < 0 == overflow();
        };
    }
}
