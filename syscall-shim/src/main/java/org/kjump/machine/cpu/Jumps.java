package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.ESP;

/** Jumps, calls and returns within the code segment. EIP stands behind the instruction when they begin. */
final class Jumps {
    private Jumps() {}

    static void jmp(Core core, Instruction i) {
        if (i.immediate == -i.length && i.size != 2) {
            // Nothing interrupts this processor: it would stay here for ever.
            core.exit = new Exit.Spinning();
        }
        core.jump(i.size, core.state.eip + i.immediate);
    }

    static void jcc(Core core, Instruction i) {
        if (core.flags.condition(i.opcode)) {
            core.jump(i.size, core.state.eip + i.immediate);
        }
    }

    static void jmpIndirect(Core core, Instruction i) {
        core.jump(i.size, core.first(i));
    }

    static void call(Core core, Instruction i) {
        enter(core, i, core.state.eip + i.immediate);
    }

    static void callIndirect(Core core, Instruction i) {
        enter(core, i, core.first(i));
    }

    private static void enter(Core core, Instruction i, int target) {
        int back = core.state.eip;
        core.jump(i.size, target);
        core.push(i.size, back);
    }

    static void ret(Core core, Instruction i) {
        core.jump(i.size, core.peek(0, i.size));
        core.general[ESP] += i.size + i.immediate;
    }

    static void loop(Core core, Instruction i) {
        int count = core.general[ECX] - 1;
        if (count != 0) {
            core.jump(i.size, core.state.eip + i.immediate);
        }
        core.general[ECX] = count;
    }

    static void loope(Core core, Instruction i) {
        int count = core.general[ECX] - 1;
        if (count != 0 && core.flags.isZero()) {
            core.jump(i.size, core.state.eip + i.immediate);
        }
        core.general[ECX] = count;
    }

    static void loopne(Core core, Instruction i) {
        int count = core.general[ECX] - 1;
        if (count != 0 && !core.flags.isZero()) {
            core.jump(i.size, core.state.eip + i.immediate);
        }
        core.general[ECX] = count;
    }

    static void jecxz(Core core, Instruction i) {
        if (core.general[ECX] == 0) {
            core.jump(i.size, core.state.eip + i.immediate);
        }
    }
}
