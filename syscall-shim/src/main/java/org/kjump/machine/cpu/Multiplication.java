package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EDX;

/** MUL, IMUL, DIV, IDIV. After a multiplication CF and OF say whether the upper half counts; other flags are undefined. */
final class Multiplication {
    private static final int AH = 4;

    private Multiplication() {}

    static long signed(int size, int value) {
        int unused = 32 - 8 * size;
        return (long) (value << unused >> unused);
    }

    private static long unsigned(int size, int value) {
        return value & 0xffffffffL >>> 32 - 8 * size;
    }

    static void mul(Core core, Instruction i) {
        long product = unsigned(i.size, core.register(EAX, i.size)) * unsigned(i.size, core.first(i));
        setDouble(core, i.size, product);
        setFlags(core, i.size, (int) product, product >>> 8 * i.size != 0);
    }

    static void imul(Core core, Instruction i) {
        long product = signed(i.size, core.register(EAX, i.size)) * signed(i.size, core.first(i));
        setDouble(core, i.size, product);
        setFlags(core, i.size, (int) product, product != signed(i.size, (int) product));
    }

    static void imulTwo(Core core, Instruction i) {
        single(core, i, core.first(i), core.second(i));
    }

    static void imulThree(Core core, Instruction i) {
        single(core, i, core.second(i), core.third(i));
    }

    private static void single(Core core, Instruction i, int a, int b) {
        long product = signed(i.size, a) * signed(i.size, b);
        core.setFirst(i, (int) product);
        setFlags(core, i.size, (int) product, product != signed(i.size, (int) product));
    }

    private static void setFlags(Core core, int size, int low, boolean upperHalfCounts) {
        core.flags.logic(size, low);
        int cut = upperHalfCounts ? 1 : 0;
        core.flags.setCarryAndOverflow(cut, cut);
    }

    /** AX, DX:AX or EDX:EAX. */
    private static void setDouble(Core core, int size, long value) {
        if (size == 1) {
            core.setRegister(EAX, 2, (int) value);
        } else {
            core.setRegister(EAX, size, (int) value);
            core.setRegister(EDX, size, (int) (value >>> 8 * size));
        }
    }

    private static long dividend(Core core, int size) {
        if (size == 1) {
            return core.register(EAX, 2);
        }
        long high = core.register(EDX, size) & 0xffffffffL;
        return high << 8 * size | core.register(EAX, size) & 0xffffffffL;
    }

    static void div(Core core, Instruction i) {
        long divisor = unsigned(i.size, core.first(i));
        long dividend = dividend(core, i.size);
        if (divisor == 0) {
            throw new CpuFault(CpuFault.DIVIDE_ERROR);
        }
        long quotient = Long.divideUnsigned(dividend, divisor);
        if (quotient >>> 8 * i.size != 0) {
            throw new CpuFault(CpuFault.DIVIDE_ERROR);
        }
        setQuotient(core, i.size, quotient, Long.remainderUnsigned(dividend, divisor));
    }

    static void idiv(Core core, Instruction i) {
        long divisor = signed(i.size, core.first(i));
        int unused = 64 - 16 * i.size;
        long dividend = dividend(core, i.size) << unused >> unused;
        if (divisor == 0) {
            throw new CpuFault(CpuFault.DIVIDE_ERROR);
        }
        long quotient = dividend / divisor;
        // The second case is the one quotient that a long cannot hold.
        if (quotient != signed(i.size, (int) quotient) || dividend == Long.MIN_VALUE) {
            throw new CpuFault(CpuFault.DIVIDE_ERROR);
        }
        setQuotient(core, i.size, quotient, dividend % divisor);
    }

    private static void setQuotient(Core core, int size, long quotient, long remainder) {
        core.setRegister(EAX, size, (int) quotient);
        core.setRegister(size == 1 ? AH : EDX, size, (int) remainder);
    }
}
