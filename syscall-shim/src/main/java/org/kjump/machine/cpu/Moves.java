package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EDX;
import static org.kjump.machine.cpu.CpuState.GS;

/** Copies, with and without a change of width, to and from general and segment registers. */
final class Moves {
    private Moves() {}

    static void nothing(Core core, Instruction i) {}

    static void mov(Core core, Instruction i) {
        core.setFirst(i, core.second(i));
    }

    static void lea(Core core, Instruction i) {
        core.setFirst(i, core.offset(i));
    }

    static void movsxByte(Core core, Instruction i) {
        core.setFirst(i, (byte) core.second(i));
    }

    static void movsxWord(Core core, Instruction i) {
        core.setFirst(i, (short) core.second(i));
    }

    static void cmov(Core core, Instruction i) {
        int value = core.second(i);
        if (core.flags.condition(i.opcode)) {
            core.setFirst(i, value);
        }
    }

    static void set(Core core, Instruction i) {
        core.setFirst(i, core.flags.condition(i.opcode) ? 1 : 0);
    }

    /** CBW, CWDE. */
    static void extendAccumulator(Core core, Instruction i) {
        int half = core.register(EAX, i.size / 2);
        core.setRegister(EAX, i.size, i.size == 4 ? (short) half : (byte) half);
    }

    /** CWD, CDQ. */
    static void extendIntoData(Core core, Instruction i) {
        int sign = i.size == 4 ? core.general[EAX] >> 31 : (short) core.general[EAX] >> 15;
        core.setRegister(EDX, i.size, sign);
    }

    static void bswap(Core core, Instruction i) {
        core.setFirst(i, Integer.reverseBytes(core.first(i)));
    }

    static void xlat(Core core, Instruction i) {
        int offset = core.general[CpuState.EBX] + core.register(EAX, 1);
        core.setRegister(EAX, 1, core.read(i.segment, offset, 1));
    }

    /** To memory always 16 bits; a register is filled up with zeros. */
    static void fromSegment(Core core, Instruction i) {
        if (i.register > GS) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        int selector = core.segments.selector(i.register);
        if (Place.isMemory(i.first)) {
            core.write(i.segment, core.offset(i), 2, selector);
        } else {
            core.setFirst(i, selector);
        }
    }

    static void toSegment(Core core, Instruction i) {
        if (i.register > GS || i.register == CS) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        int selector = core.first(i);
        core.segments.load(i.register, core.descriptors.data(i.register, selector));
    }
}
