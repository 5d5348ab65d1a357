package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.ESP;

/** Transfers that load CS, software interrupts, and the ends of a run. Gates and tasks as targets are a #GP. */
final class FarTransfers {
    private FarTransfers() {}

    static void jmp(Core core, Instruction i) {
        go(core, core.descriptors.code(i.secondImmediate), i.size, i.immediate);
    }

    static void jmpIndirect(Core core, Instruction i) {
        int offset = core.read(i.segment, core.offset(i), i.size);
        int selector = core.read(i.segment, core.offset(i) + i.size, 2);
        go(core, core.descriptors.code(selector), i.size, offset);
    }

    static void call(Core core, Instruction i) {
        call(core, i, i.secondImmediate, i.immediate);
    }

    static void callIndirect(Core core, Instruction i) {
        int offset = core.read(i.segment, core.offset(i), i.size);
        call(core, i, core.read(i.segment, core.offset(i) + i.size, 2), offset);
    }

    private static void call(Core core, Instruction i, int selector, int offset) {
        SegmentRegister target = core.descriptors.code(selector);
        int esp = core.general[ESP];
        core.write(CpuState.SS, esp - i.size, i.size, core.segments.selector(CS));
        core.write(CpuState.SS, esp - 2 * i.size, i.size, core.state.eip);
        go(core, target, i.size, offset);
        core.general[ESP] = esp - 2 * i.size;
    }

    static void ret(Core core, Instruction i) {
        int offset = core.peek(0, i.size);
        go(core, core.descriptors.code(core.peek(i.size, i.size) & 0xffff), i.size, offset);
        core.general[ESP] += 2 * i.size + i.immediate;
    }

    static void iret(Core core, Instruction i) {
        int flags = core.peek(2 * i.size, i.size);
        if (i.size == 4 && (flags & Flags.VM) != 0 || core.flags.isSet(Flags.NT)) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        int offset = core.peek(0, i.size);
        go(core, core.descriptors.code(core.peek(i.size, i.size) & 0xffff), i.size, offset);
        core.general[ESP] += 3 * i.size;
        Stack.setFlags(core, i.size, flags);
    }

    private static void go(Core core, SegmentRegister target, int size, int offset) {
        int eip = size == 2 ? offset & 0xffff : offset;
        if (Integer.compareUnsigned(eip, target.limit()) > 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        core.segments.load(CS, target);
        core.state.eip = eip;
    }

    static void interrupt(Core core, Instruction i) {
        Interrupts.software(core, i.immediate & 0xff);
    }

    static void breakpoint(Core core, Instruction i) {
        Interrupts.software(core, 3);
    }

    static void overflow(Core core, Instruction i) {
        if (core.flags.condition(0)) {
            Interrupts.software(core, 4);
        }
    }

    static void halt(Core core, Instruction i) {
        core.exit = new Exit.Halted();
    }

    static void handOver(Core core, Instruction i) {
        core.state.eip -= i.length;
        core.exit = new Exit.Handover(core.segments.code(core.state.eip));
    }
}
