package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;

/** Exceptions and software interrupts, through the gates of the interrupt descriptor table (Intel SDM 3A, 6.12). */
final class Interrupts {
    private static final int PRESENT = 0x8000;
    private static final int INTERRUPT_GATE = 0x0e;
    private static final int TRAP_GATE = 0x0f;

    private final Core core;

    Interrupts(Core core) {
        this.core = core;
    }

    /** @return false if there is no way to tell anybody: a triple fault, EIP as it was */
    boolean deliver(CpuFault fault) {
        int eip = core.state.eip;
        CpuFault present = fault;
        while (true) {
            try {
                enter(core, present.vector, present.hasErrorCode(), present.errorCode, CpuFault.EXTERNAL);
                return true;
            } catch (CpuFault next) {
                core.state.eip = eip;
                if (present.vector == CpuFault.DOUBLE_FAULT) {
                    return false;
                }
                present = isDouble(present, next) ? new CpuFault(CpuFault.DOUBLE_FAULT) : next;
            }
        }
    }

    private static boolean isDouble(CpuFault first, CpuFault second) {
        boolean secondIsPageFault = second.vector == CpuFault.PAGE_FAULT;
        return first.vector == CpuFault.PAGE_FAULT
                ? secondIsPageFault || second.isContributory()
                : first.isContributory() && second.isContributory();
    }

    /** INT n, INT3 and INTO: EIP stands behind the instruction. */
    static void software(Core core, int vector) {
        enter(core, vector, false, 0, 0);
    }

    private static void enter(Core core, int vector, boolean hasErrorCode, int errorCode, int external) {
        CpuState state = core.state;
        int gate = vector * 8;
        if (gate + 7 > state.idtLimit) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, gate | CpuFault.IN_IDT | external);
        }
        int low = core.mmu.read32(state.idtBase + gate);
        int high = core.mmu.read32(state.idtBase + gate + 4);
        int type = high >>> 8 & 0x1f;
        if (type != INTERRUPT_GATE && type != TRAP_GATE) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, gate | CpuFault.IN_IDT | external);
        }
        if ((high & PRESENT) == 0) {
            throw new CpuFault(CpuFault.SEGMENT_NOT_PRESENT, gate | CpuFault.IN_IDT | external);
        }
        SegmentRegister target = core.descriptors.code(low >>> 16);
        int esp = core.general[CpuState.ESP];
        try {
            core.push(4, core.flags.value());
            core.push(4, core.segments.selector(CS));
            core.push(4, state.eip);
            if (hasErrorCode) {
                core.push(4, errorCode);
            }
        } catch (CpuFault noStack) {
            core.general[CpuState.ESP] = esp;
            throw noStack;
        }
        core.segments.load(CS, target);
        state.eip = low & 0xffff | high & 0xffff0000;
        core.flags.clear(Flags.TF | Flags.NT | Flags.RF | Flags.VM | (type == INTERRUPT_GATE ? Flags.IF : 0));
    }
}
