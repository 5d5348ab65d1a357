package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EDX;

/** IN and OUT. */
final class Ports {
    private Ports() {}

    static void in(Core core, Instruction i) {
        core.setRegister(EAX, i.size, core.ports.in(i.immediate & 0xff, i.size));
    }

    static void inFromDx(Core core, Instruction i) {
        core.setRegister(EAX, i.size, core.ports.in(core.general[EDX] & 0xffff, i.size));
    }

    static void out(Core core, Instruction i) {
        core.ports.out(i.immediate & 0xff, i.size, core.register(EAX, i.size));
    }

    static void outToDx(Core core, Instruction i) {
        core.ports.out(core.general[EDX] & 0xffff, i.size, core.register(EAX, i.size));
    }
}
