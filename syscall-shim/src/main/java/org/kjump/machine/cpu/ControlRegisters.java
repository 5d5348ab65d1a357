package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EBX;
import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.EDX;

/** Control, debug and model-specific registers, and what the processor says of itself. */
final class ControlRegisters {
    /** All of the time but PAE, whose page tables this processor does not have (Intel SDM 3A, 2.5). */
    private static final int CR4_BITS = 0x7df;

    private static final int MSR_TSC = 0x10;
    private static final int MSR_PLATFORM_ID = 0x17;
    private static final int MSR_APIC_BASE = 0x1b;
    private static final int MSR_MICROCODE = 0x8b;

    private ControlRegisters() {}

    static void fromControl(Core core, Instruction i) {
        core.setFirst(
                i,
                switch (i.register) {
                    case 0 -> core.state.cr0;
                    case 2 -> core.state.cr2;
                    case 3 -> core.state.cr3;
                    case 4 -> core.state.cr4;
                    default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
                });
    }

    static void toControl(Core core, Instruction i) {
        int value = core.first(i);
        switch (i.register) {
            case 0 -> setCr0(core, value);
            case 2 -> core.state.cr2 = value;
            case 3 -> core.state.cr3 = value;
            case 4 -> {
                if ((value & ~CR4_BITS) != 0) {
                    throw new CpuFault(CpuFault.GENERAL_PROTECTION);
                }
                core.state.cr4 = value;
            }
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        core.mmu.flush();
    }

    /** Leaving protected mode would need a processor that executes 16-bit code. */
    private static void setCr0(Core core, int value) {
        if ((value & CpuState.CR0_PE) == 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        core.state.cr0 = value | CpuState.CR0_ET;
    }

    static void fromDebug(Core core, Instruction i) {
        core.setFirst(i, core.state.debug[i.register]);
    }

    static void toDebug(Core core, Instruction i) {
        core.state.debug[i.register] = core.first(i);
    }

    static void clts(Core core, Instruction i) {
        core.state.cr0 &= ~CpuState.CR0_TS;
    }

    static void smsw(Core core, Instruction i) {
        core.setFirst(i, core.state.cr0);
    }

    /** Changes PE, MP, EM, TS; can set PE and not clear it. */
    static void lmsw(Core core, Instruction i) {
        core.state.cr0 = core.state.cr0 & ~0xe | core.first(i) & 0xf;
    }

    static void invlpg(Core core, Instruction i) {
        core.mmu.flush();
    }

    /** No coprocessor answers, as on a 486SX: what it should have written stays as it was. */
    static void escape(Core core, Instruction i) {
        if ((core.state.cr0 & (CpuState.CR0_EM | CpuState.CR0_TS)) != 0) {
            throw new CpuFault(CpuFault.DEVICE_NOT_AVAILABLE);
        }
    }

    static void wait(Core core, Instruction i) {
        escape(core, i);
    }

    static void rdtsc(Core core, Instruction i) {
        setPair(core, core.done);
    }

    static void rdmsr(Core core, Instruction i) {
        setPair(
                core,
                switch (core.general[ECX]) {
                    case MSR_TSC -> core.done;
                    case MSR_PLATFORM_ID, MSR_APIC_BASE, MSR_MICROCODE -> 0;
                    default -> throw new CpuFault(CpuFault.GENERAL_PROTECTION);
                });
    }

    static void wrmsr(Core core, Instruction i) {
        switch (core.general[ECX]) {
            case MSR_PLATFORM_ID, MSR_APIC_BASE, MSR_MICROCODE -> {}
            default -> throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
    }

    private static void setPair(Core core, long value) {
        core.general[EAX] = (int) value;
        core.general[EDX] = (int) (value >>> 32);
    }

    /** A Pentium II with 4 MiB pages, TSC, MSRs, CMPXCHG8B, global pages, CMOV and nothing else that code may look for. */
    static void cpuid(Core core, Instruction i) {
        int leaf = core.general[EAX];
        int features = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 8 | 1 << 13 | 1 << 15;
        core.general[EAX] = leaf == 0 ? 1 : leaf == 1 ? 0x633 : 0;
        core.general[EBX] = leaf == 0 ? 0x756e6547 : 0; // GenuineIntel
        core.general[EDX] = leaf == 0 ? 0x49656e69 : leaf == 1 ? features : 0;
        core.general[ECX] = leaf == 0 ? 0x6c65746e : 0;
    }
}
