package org.kjump.machine.cpu;

/**
 * Addition, subtraction and logic. The result is stored before the flags change: a fault on the way leaves the
 * instruction as if it had not begun.
 */
final class Arithmetic {
    private Arithmetic() {}

    static void add(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        core.setFirst(i, a + b);
        core.flags.sum(i.size, a, b, a + b);
    }

    static void adc(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        int sum = a + b + core.flags.carry();
        core.setFirst(i, sum);
        core.flags.sum(i.size, a, b, sum);
    }

    static void sub(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        core.setFirst(i, a - b);
        core.flags.difference(i.size, a, b, a - b);
    }

    static void sbb(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        int difference = a - b - core.flags.carry();
        core.setFirst(i, difference);
        core.flags.difference(i.size, a, b, difference);
    }

    static void cmp(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        core.flags.difference(i.size, a, b, a - b);
    }

    static void and(Core core, Instruction i) {
        int result = core.first(i) & core.second(i);
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
    }

    static void or(Core core, Instruction i) {
        int result = core.first(i) | core.second(i);
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
    }

    static void xor(Core core, Instruction i) {
        int result = core.first(i) ^ core.second(i);
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
    }

    static void test(Core core, Instruction i) {
        core.flags.logic(i.size, core.first(i) & core.second(i));
    }

    /** CF stays. */
    static void inc(Core core, Instruction i) {
        int a = core.first(i);
        core.setFirst(i, a + 1);
        int carry = core.flags.carry();
        core.flags.sum(i.size, a, 1, a + 1);
        core.flags.setCarry(carry);
    }

    static void dec(Core core, Instruction i) {
        int a = core.first(i);
        core.setFirst(i, a - 1);
        int carry = core.flags.carry();
        core.flags.difference(i.size, a, 1, a - 1);
        core.flags.setCarry(carry);
    }

    static void neg(Core core, Instruction i) {
        int a = core.first(i);
        core.setFirst(i, -a);
        core.flags.difference(i.size, 0, a, -a);
    }

    static void not(Core core, Instruction i) {
        core.setFirst(i, ~core.first(i));
    }
}
