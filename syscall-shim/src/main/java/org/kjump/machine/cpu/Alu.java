package org.kjump.machine.cpu;

/** Arithmetic on operands of 1, 2 or 4 bytes, with the flags that it leaves in EFLAGS. */
final class Alu {
    static final int CF = 1;
    static final int PF = 4;
    static final int AF = 0x10;
    static final int ZF = 0x40;
    static final int SF = 0x80;
    static final int DF = 0x400;
    static final int OF = 0x800;
    private static final int ARITHMETIC = CF | PF | AF | ZF | SF | OF;

    static final int ADD = 0;
    static final int OR = 1;
    static final int ADC = 2;
    static final int SBB = 3;
    static final int AND = 4;
    static final int SUB = 5;
    static final int XOR = 6;
    static final int CMP = 7;

    private static final byte[] PARITY = new byte[256];

    static {
        for (int i = 0; i < 256; i++) {
            PARITY[i] = (byte) ((Integer.bitCount(i) & 1) == 0 ? PF : 0);
        }
    }

    private final CpuState state;

    Alu(CpuState state) {
        this.state = state;
    }

    static int mask(int size) {
        return -1 >>> 32 - 8 * size;
    }

    private static int sign(int size) {
        return 1 << 8 * size - 1;
    }

    /** SF, ZF and PF of a result. */
    private static int resultFlags(int result, int size) {
        return ((result & mask(size)) == 0 ? ZF : 0) | ((result & sign(size)) != 0 ? SF : 0) | PARITY[result & 0xff];
    }

    private void setFlags(int flags) {
        state.eflags = state.eflags & ~ARITHMETIC | flags;
    }

    boolean carry() {
        return (state.eflags & CF) != 0;
    }

    void setCarry(boolean carry) {
        state.eflags = carry ? state.eflags | CF : state.eflags & ~CF;
    }

    /** One of the eight operations of the opcodes 0x00 to 0x3f; CMP gives back {@code a}. */
    int operate(int operation, int size, int a, int b) {
        return switch (operation) {
            case ADD -> add(size, a, b, 0);
            case ADC -> add(size, a, b, state.eflags & CF);
            case SUB -> subtract(size, a, b, 0);
            case SBB -> subtract(size, a, b, state.eflags & CF);
            case CMP -> {
                subtract(size, a, b, 0);
                yield a;
            }
            case OR -> logic(size, a | b);
            case AND -> logic(size, a & b);
            default -> logic(size, a ^ b);
        };
    }

    int logic(int size, int result) {
        setFlags(resultFlags(result, size));
        return result;
    }

    private int add(int size, int a, int b, int carry) {
        long wide = (a & (long) mask(size) & 0xffffffffL) + (b & (long) mask(size) & 0xffffffffL) + carry;
        int result = (int) wide;
        setFlags(resultFlags(result, size)
                | (wide >>> 8 * size != 0 ? CF : 0)
                | ((a ^ b ^ result) & AF)
                | (((a ^ result) & (b ^ result) & sign(size)) != 0 ? OF : 0));
        return result;
    }

    private int subtract(int size, int a, int b, int borrow) {
        long wide = (a & (long) mask(size) & 0xffffffffL) - (b & (long) mask(size) & 0xffffffffL) - borrow;
        int result = (int) wide;
        setFlags(resultFlags(result, size)
                | (wide < 0 ? CF : 0)
                | ((a ^ b ^ result) & AF)
                | (((a ^ b) & (a ^ result) & sign(size)) != 0 ? OF : 0));
        return result;
    }

    int increment(int size, int a) {
        int carry = state.eflags & CF;
        int result = add(size, a, 1, 0);
        state.eflags = state.eflags & ~CF | carry;
        return result;
    }

    int decrement(int size, int a) {
        int carry = state.eflags & CF;
        int result = subtract(size, a, 1, 0);
        state.eflags = state.eflags & ~CF | carry;
        return result;
    }

    int negate(int size, int a) {
        return subtract(size, 0, a, 0);
    }

    /** The eight shifts and rotates of the group 2 opcodes; {@code operation} is ModRM's reg field. */
    int shift(int operation, int size, int value, int by) {
        int bits = 8 * size;
        int count = by & 31;
        if (count == 0) {
            return value;
        }
        long a = value & (long) mask(size) & 0xffffffffL;
        return switch (operation) {
            case 0 -> rotateLeft(size, a, count % bits);
            case 1 -> rotateLeft(size, a, (bits - count % bits) % bits, true);
            case 2 -> rotateThroughCarry(size, a, count % (bits + 1));
            case 3 -> rotateThroughCarry(size, a, (bits + 1 - count % (bits + 1)) % (bits + 1));
            case 5 -> {
                int result = (int) (a >>> count);
                shiftFlags(size, result, (a >>> count - 1 & 1) != 0, (a >>> bits - 1 & 1) != 0);
                yield result;
            }
            case 7 -> {
                long signed = a << 64 - bits >> 64 - bits;
                int result = (int) (signed >> count);
                shiftFlags(size, result, (signed >> count - 1 & 1) != 0, false);
                yield result;
            }
            default -> {
                long wide = a << count;
                boolean carry = (wide >>> bits & 1) != 0;
                int result = (int) wide;
                shiftFlags(size, result, carry, carry != ((result & sign(size)) != 0));
                yield result;
            }
        };
    }

    private void shiftFlags(int size, int result, boolean carry, boolean overflow) {
        setFlags(resultFlags(result, size) | (carry ? CF : 0) | (overflow ? OF : 0));
    }

    private int rotateLeft(int size, long a, int count) {
        return rotateLeft(size, a, count, false);
    }

    /** Rotates change CF and OF only; CF is the bit that went around last, which is at the other end for ROR. */
    private int rotateLeft(int size, long a, int count, boolean right) {
        int bits = 8 * size;
        int result = (int) (a << count | a >>> bits - count);
        boolean high = (result & sign(size)) != 0;
        boolean carry = right ? high : (result & 1) != 0;
        boolean overflow = right ? high != ((result & sign(size) >>> 1) != 0) : high != carry;
        state.eflags = state.eflags & ~(CF | OF) | (carry ? CF : 0) | (overflow ? OF : 0);
        return result;
    }

    private int rotateThroughCarry(int size, long a, int count) {
        int bits = 8 * size;
        long wide = a | (long) (state.eflags & CF) << bits;
        long result = count == 0 ? wide : wide << count | wide >>> bits + 1 - count;
        boolean carry = (result >>> bits & 1) != 0;
        boolean high = ((int) result & sign(size)) != 0;
        state.eflags = state.eflags & ~(CF | OF) | (carry ? CF : 0) | (high != carry ? OF : 0);
        return (int) result;
    }

    /** SHLD: {@code a} shifted left, filled from the top of {@code b}. */
    int shiftLeftDouble(int a, int b, int by) {
        int count = by & 31;
        if (count == 0) {
            return a;
        }
        int result = a << count | b >>> 32 - count;
        shiftFlags(4, result, (a >>> 32 - count & 1) != 0, (a ^ result) < 0);
        return result;
    }

    int shiftRightDouble(int a, int b, int by) {
        int count = by & 31;
        if (count == 0) {
            return a;
        }
        int result = a >>> count | b << 32 - count;
        shiftFlags(4, result, (a >>> count - 1 & 1) != 0, (a ^ result) < 0);
        return result;
    }

    /** Signed product as IMUL with two or three operands gives it: CF and OF say whether it was cut. */
    int multiplySigned(int size, int a, int b) {
        long product = signExtend(size, a) * (long) signExtend(size, b);
        int result = (int) product;
        boolean cut = product != signExtend(size, result);
        setFlags(resultFlags(result, size) | (cut ? CF | OF : 0));
        return result;
    }

    void multiplyFlags(boolean upperHalfUsed) {
        setFlags(upperHalfUsed ? CF | OF : 0);
    }

    static int signExtend(int size, int value) {
        int shift = 32 - 8 * size;
        return value << shift >> shift;
    }

    /** A condition of Jcc, SETcc and CMOVcc: the low four bits of the opcode. */
    boolean condition(int code) {
        int f = state.eflags;
        boolean holds = switch (code >> 1) {
            case 0 -> (f & OF) != 0;
            case 1 -> (f & CF) != 0;
            case 2 -> (f & ZF) != 0;
            case 3 -> (f & (CF | ZF)) != 0;
            case 4 -> (f & SF) != 0;
            case 5 -> (f & PF) != 0;
            case 6 -> (f & SF) != 0 != ((f & OF) != 0);
            default -> (f & ZF) != 0 || (f & SF) != 0 != ((f & OF) != 0);
        };
        return holds != ((code & 1) != 0);
    }
}
