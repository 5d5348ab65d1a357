package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EBP;
import static org.kjump.machine.cpu.CpuState.ESP;
import static org.kjump.machine.cpu.CpuState.FS;
import static org.kjump.machine.cpu.CpuState.GS;

/** PUSH and POP in all their forms, and stack frames. ESP changes last. */
final class Stack {
    private Stack() {}

    static void push(Core core, Instruction i) {
        core.push(i.size, core.first(i));
    }

    static void pop(Core core, Instruction i) {
        int value = core.pop(i.size);
        core.setFirst(i, value);
    }

    /** The address of the target is computed with the ESP behind the pop. */
    static void popToOperand(Core core, Instruction i) {
        int esp = core.general[ESP];
        int value = core.pop(i.size);
        try {
            core.setFirst(i, value);
        } catch (CpuFault fault) {
            core.general[ESP] = esp;
            throw fault;
        }
    }

    static void pushSegment(Core core, Instruction i) {
        core.push(i.size, core.segments.selector(segment(i)));
    }

    static void popSegment(Core core, Instruction i) {
        SegmentRegister loaded = core.descriptors.data(segment(i), core.peek(0, i.size) & 0xffff);
        core.general[ESP] += i.size;
        core.segments.load(segment(i), loaded);
    }

    /** 06, 0e, 16, 1e are ES, CS, SS, DS; 0f a0 and 0f a8 are FS and GS. */
    private static int segment(Instruction i) {
        return i.opcode < 0xa0 ? i.opcode >> 3 : i.opcode < 0xa8 ? FS : GS;
    }

    static void pusha(Core core, Instruction i) {
        int esp = core.general[ESP];
        // Both ends of the area can be written, so all of it can.
        core.write(CpuState.SS, esp - 8 * i.size, i.size, core.general[CpuState.EDI]);
        for (int register = 0; register < 8; register++) {
            core.write(CpuState.SS, esp - (register + 1) * i.size, i.size, core.general[register]);
        }
        core.general[ESP] = esp - 8 * i.size;
    }

    static void popa(Core core, Instruction i) {
        core.peek(7 * i.size, i.size);
        for (int register = 7; register >= 0; register--) {
            int value = core.peek((7 - register) * i.size, i.size);
            if (register != ESP) {
                core.setRegister(register, i.size, value);
            }
        }
        core.general[ESP] += 8 * i.size;
    }

    static void pushf(Core core, Instruction i) {
        core.push(i.size, core.flags.value() & ~(Flags.RF | Flags.VM));
    }

    static void popf(Core core, Instruction i) {
        setFlags(core, i.size, core.pop(i.size));
    }

    static void setFlags(Core core, int size, int value) {
        int changeable = size == 4 ? Flags.CHANGEABLE : Flags.CHANGEABLE & 0xffff;
        core.flags.load(core.flags.value() & ~changeable & ~Flags.RF | value & changeable);
    }

    /** Nested levels, which no C compiler uses, are refused. */
    static void enter(Core core, Instruction i) {
        if ((i.secondImmediate & 31) != 0) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        core.push(i.size, core.general[EBP]);
        core.setRegister(EBP, i.size, core.general[ESP]);
        core.general[ESP] -= i.immediate;
    }

    static void leave(Core core, Instruction i) {
        int frame = core.general[EBP];
        int value = core.read(CpuState.SS, frame, i.size);
        core.general[ESP] = frame + i.size;
        core.setRegister(EBP, i.size, value);
    }
}
