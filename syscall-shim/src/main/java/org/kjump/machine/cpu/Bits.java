package org.kjump.machine.cpu;

/** Single bits, and the search for one. Of BT, BTS, BTR, BTC only CF changes. */
final class Bits {
    private Bits() {}

    static void bt(Core core, Instruction i) {
        int at = memoryOffset(core, i);
        core.flags.setCarry(value(core, i, at) >>> bit(core, i) & 1);
    }

    static void bts(Core core, Instruction i) {
        int at = memoryOffset(core, i);
        int value = value(core, i, at);
        set(core, i, at, value | 1 << bit(core, i), value);
    }

    static void btr(Core core, Instruction i) {
        int at = memoryOffset(core, i);
        int value = value(core, i, at);
        set(core, i, at, value & ~(1 << bit(core, i)), value);
    }

    static void btc(Core core, Instruction i) {
        int at = memoryOffset(core, i);
        int value = value(core, i, at);
        set(core, i, at, value ^ 1 << bit(core, i), value);
    }

    private static int bit(Core core, Instruction i) {
        return core.second(i) & 8 * i.size - 1;
    }

    /** In memory the bit may lie far from the operand, if a register gives its number. */
    private static int memoryOffset(Core core, Instruction i) {
        if (!Place.isMemory(i.first)) {
            return 0;
        }
        int number = core.second(i);
        int far = i.second == Place.IMMEDIATE ? 0 : i.size == 4 ? number >> 5 : (short) number >> 4;
        return core.offset(i) + i.size * far;
    }

    private static int value(Core core, Instruction i, int at) {
        return Place.isMemory(i.first) ? core.read(i.segment, at, i.size) : core.first(i);
    }

    private static void set(Core core, Instruction i, int at, int changed, int before) {
        int carry = before >>> bit(core, i) & 1;
        if (Place.isMemory(i.first)) {
            core.write(i.segment, at, i.size, changed);
        } else {
            core.setFirst(i, changed);
        }
        core.flags.setCarry(carry);
    }

    /** Of zero only ZF is defined; the destination stays, as on every processor that was built. */
    static void bsf(Core core, Instruction i) {
        int value = core.second(i);
        if (value != 0) {
            core.setFirst(i, Integer.numberOfTrailingZeros(value));
        }
        core.flags.setZero(value == 0);
    }

    static void bsr(Core core, Instruction i) {
        int value = core.second(i);
        if (value != 0) {
            core.setFirst(i, 31 - Integer.numberOfLeadingZeros(value));
        }
        core.flags.setZero(value == 0);
    }
}
