package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.EDI;
import static org.kjump.machine.cpu.CpuState.EDX;
import static org.kjump.machine.cpu.CpuState.ES;
import static org.kjump.machine.cpu.CpuState.ESI;

/**
 * MOVS, CMPS, STOS, LODS, SCAS, INS and OUTS, alone and repeated. Registers are right at every element, so that a fault
 * can be taken and the instruction begun again; so it is too after a number of elements, as on a real processor when an
 * interrupt comes.
 */
final class Strings {
    private static final int REPNE = 0xf2;
    private static final int ELEMENTS_AT_ONCE = 4096;

    private Strings() {}

    static void movs(Core core, Instruction i) {
        repeat(core, i, Strings::moveOne);
    }

    static void stos(Core core, Instruction i) {
        repeat(core, i, Strings::storeOne);
    }

    static void lods(Core core, Instruction i) {
        repeat(core, i, Strings::loadOne);
    }

    static void ins(Core core, Instruction i) {
        repeat(core, i, Strings::inputOne);
    }

    static void outs(Core core, Instruction i) {
        repeat(core, i, Strings::outputOne);
    }

    static void cmps(Core core, Instruction i) {
        search(core, i, Strings::compareOne);
    }

    static void scas(Core core, Instruction i) {
        search(core, i, Strings::scanOne);
    }

    private static void repeat(Core core, Instruction i, Operation element) {
        if (i.repeat == 0) {
            element.execute(core, i);
            return;
        }
        for (int left = ELEMENTS_AT_ONCE; core.general[ECX] != 0; left--) {
            if (left == 0) {
                core.state.eip -= i.length;
                return;
            }
            element.execute(core, i);
            core.general[ECX]--;
            core.done++;
        }
    }

    /** REPE goes on while elements are equal, REPNE while they are not. */
    private static void search(Core core, Instruction i, Operation element) {
        if (i.repeat == 0) {
            element.execute(core, i);
            return;
        }
        for (int left = ELEMENTS_AT_ONCE; core.general[ECX] != 0; left--) {
            if (left == 0) {
                core.state.eip -= i.length;
                return;
            }
            element.execute(core, i);
            core.general[ECX]--;
            core.done++;
            if (core.flags.isZero() == (i.repeat == REPNE)) {
                return;
            }
        }
    }

    private static int step(Core core, Instruction i) {
        return core.flags.isSet(Flags.DF) ? -i.size : i.size;
    }

    private static int source(Core core, Instruction i) {
        return core.read(i.segment, core.general[ESI], i.size);
    }

    private static int target(Core core, Instruction i) {
        return core.read(ES, core.general[EDI], i.size);
    }

    private static void moveOne(Core core, Instruction i) {
        core.write(ES, core.general[EDI], i.size, source(core, i));
        core.general[ESI] += step(core, i);
        core.general[EDI] += step(core, i);
    }

    private static void storeOne(Core core, Instruction i) {
        core.write(ES, core.general[EDI], i.size, core.general[EAX]);
        core.general[EDI] += step(core, i);
    }

    private static void loadOne(Core core, Instruction i) {
        core.setRegister(EAX, i.size, source(core, i));
        core.general[ESI] += step(core, i);
    }

    private static void compareOne(Core core, Instruction i) {
        int a = source(core, i);
        int b = target(core, i);
        core.general[ESI] += step(core, i);
        core.general[EDI] += step(core, i);
        core.flags.difference(i.size, a, b, a - b);
    }

    private static void scanOne(Core core, Instruction i) {
        int a = core.general[EAX];
        int b = target(core, i);
        core.general[EDI] += step(core, i);
        core.flags.difference(i.size, a, b, a - b);
    }

    /** The target is probed first: what a device gave cannot be given back. */
    private static void inputOne(Core core, Instruction i) {
        core.mmu.prepareWrite(core.segments.writable(ES, core.general[EDI], i.size), i.size);
        core.write(ES, core.general[EDI], i.size, core.ports.in(core.general[EDX] & 0xffff, i.size));
        core.general[EDI] += step(core, i);
    }

    private static void outputOne(Core core, Instruction i) {
        core.ports.out(core.general[EDX] & 0xffff, i.size, source(core, i));
        core.general[ESI] += step(core, i);
    }
}
