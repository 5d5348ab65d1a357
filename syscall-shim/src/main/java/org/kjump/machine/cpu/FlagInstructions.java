package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;

/** Instructions about single flags. */
final class FlagInstructions {
    private static final int IN_AH = Flags.SF | Flags.ZF | Flags.AF | Flags.PF | Flags.CF;
    private static final int AH = 4;

    private FlagInstructions() {}

    static void clc(Core core, Instruction i) {
        core.flags.setCarry(0);
    }

    static void stc(Core core, Instruction i) {
        core.flags.setCarry(1);
    }

    static void cmc(Core core, Instruction i) {
        core.flags.setCarry(core.flags.carry() ^ 1);
    }

    static void cld(Core core, Instruction i) {
        core.flags.clear(Flags.DF);
    }

    static void std(Core core, Instruction i) {
        core.flags.set(Flags.DF);
    }

    static void cli(Core core, Instruction i) {
        core.flags.clear(Flags.IF);
    }

    static void sti(Core core, Instruction i) {
        core.flags.set(Flags.IF);
    }

    static void sahf(Core core, Instruction i) {
        core.flags.load(core.flags.value() & ~IN_AH | core.register(AH, 1) & IN_AH);
    }

    static void lahf(Core core, Instruction i) {
        core.setRegister(EAX + AH, 1, core.flags.value() & IN_AH | 2);
    }
}
