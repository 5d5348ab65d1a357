package org.kjump.machine.cpu;

/**
 * Shifts and rotates. The count is taken modulo 32, and 0 changes nothing at all. OF is computed as for a count of 1;
 * for others it is undefined.
 */
final class Shifts {
    private Shifts() {}

    private static int count(int operand) {
        return operand & 31;
    }

    private static long unsigned(int size, int value) {
        return value & 0xffffffffL >>> 32 - 8 * size;
    }

    private static int topBit(int size, int value) {
        return value >>> 8 * size - 1 & 1;
    }

    private static int secondBit(int size, int value) {
        return value >>> 8 * size - 2 & 1;
    }

    static void shl(Core core, Instruction i) {
        int count = count(core.second(i));
        int a = core.first(i);
        if (count == 0) {
            return;
        }
        long wide = unsigned(i.size, a) << count;
        int result = (int) wide;
        core.setFirst(i, result);
        int carry = (int) (wide >>> 8 * i.size) & 1;
        core.flags.logic(i.size, result);
        core.flags.setCarryAndOverflow(carry, carry ^ topBit(i.size, result));
    }

    static void shr(Core core, Instruction i) {
        int count = count(core.second(i));
        int a = core.first(i);
        if (count == 0) {
            return;
        }
        long wide = unsigned(i.size, a);
        int result = (int) (wide >>> count);
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
        core.flags.setCarryAndOverflow((int) (wide >>> count - 1) & 1, topBit(i.size, a));
    }

    static void sar(Core core, Instruction i) {
        int count = count(core.second(i));
        int a = core.first(i);
        if (count == 0) {
            return;
        }
        int unused = 32 - 8 * i.size;
        int signed = a << unused >> unused;
        int result = signed >> count;
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
        core.flags.setCarryAndOverflow(signed >> count - 1 & 1, 0);
    }

    static void rol(Core core, Instruction i) {
        int count = count(core.second(i));
        int a = core.first(i);
        if (count == 0) {
            return;
        }
        int result = rotateLeft(i.size, a, count);
        core.setFirst(i, result);
        core.flags.setCarryAndOverflow(result & 1, (result ^ topBit(i.size, result)) & 1);
    }

    static void ror(Core core, Instruction i) {
        int count = count(core.second(i));
        int a = core.first(i);
        if (count == 0) {
            return;
        }
        int result = rotateLeft(i.size, a, -count);
        core.setFirst(i, result);
        int top = topBit(i.size, result);
        core.flags.setCarryAndOverflow(top, top ^ secondBit(i.size, result));
    }

    private static int rotateLeft(int size, int value, int count) {
        if (size == 4) {
            return Integer.rotateLeft(value, count);
        }
        int bits = 8 * size;
        int left = Math.floorMod(count, bits);
        int wide = (int) unsigned(size, value);
        return wide << left | wide >>> bits - left;
    }

    static void rcl(Core core, Instruction i) {
        throughCarry(core, i, count(core.second(i)));
    }

    static void rcr(Core core, Instruction i) {
        int ring = 8 * i.size + 1;
        throughCarry(core, i, (ring - count(core.second(i)) % ring) % ring);
    }

    /** Rotates the ring of operand and CF to the left. */
    private static void throughCarry(Core core, Instruction i, int by) {
        int ring = 8 * i.size + 1;
        int count = by % ring;
        int a = core.first(i);
        if (count == 0) {
            return;
        }
        long wide = unsigned(i.size, a) | (long) core.flags.carry() << ring - 1;
        long turned = wide << count | wide >>> ring - count;
        int result = (int) turned;
        core.setFirst(i, result);
        int carry = (int) (turned >>> ring - 1) & 1;
        boolean right = (i.register & 1) != 0;
        int top = topBit(i.size, result);
        core.flags.setCarryAndOverflow(carry, top ^ (right ? secondBit(i.size, result) : carry));
    }

    /** Of a word the processor shifts in first the second operand and then, beyond 16, the first again. */
    static void shld(Core core, Instruction i) {
        int count = count(core.third(i));
        int a = core.first(i);
        int b = core.second(i);
        if (count == 0) {
            return;
        }
        int result;
        int carry;
        if (i.size == 4) {
            result = a << count | b >>> 32 - count;
            carry = a >>> 32 - count & 1;
        } else {
            long wide = unsigned(2, a) << 32 | unsigned(2, b) << 16 | unsigned(2, a);
            result = (int) (wide << count >>> 32);
            carry = (int) (wide << count >>> 48) & 1;
        }
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
        core.flags.setCarryAndOverflow(carry, topBit(i.size, a ^ result));
    }

    static void shrd(Core core, Instruction i) {
        int count = count(core.third(i));
        int a = core.first(i);
        int b = core.second(i);
        if (count == 0) {
            return;
        }
        long wide = i.size == 4
                ? unsigned(4, b) << 32 | unsigned(4, a)
                : unsigned(2, a) << 32 | unsigned(2, b) << 16 | unsigned(2, a);
        int result = (int) (wide >>> count);
        core.setFirst(i, result);
        core.flags.logic(i.size, result);
        core.flags.setCarryAndOverflow((int) (wide >>> count - 1) & 1, topBit(i.size, a ^ result));
    }
}
