package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EBX;
import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.EDX;

/** Instructions that read, decide and write: the building blocks of locks. Memory first, as that may fault. */
final class Exchanges {
    private Exchanges() {}

    static void xchg(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        core.setFirst(i, b);
        core.setSecond(i, a);
    }

    static void xadd(Core core, Instruction i) {
        int a = core.first(i);
        int b = core.second(i);
        if (Place.isMemory(i.first)) {
            core.setFirst(i, a + b);
            core.setSecond(i, a);
        } else {
            core.setSecond(i, a);
            core.setFirst(i, a + b);
        }
        core.flags.sum(i.size, a, b, a + b);
    }

    /** The destination is written in any case, as the processor does: a read-only page faults. */
    static void cmpxchg(Core core, Instruction i) {
        int present = core.first(i);
        int expected = core.register(EAX, i.size);
        boolean equal = expected == present;
        core.setFirst(i, equal ? core.second(i) : present);
        if (!equal) {
            core.setRegister(EAX, i.size, present);
        }
        core.flags.difference(i.size, expected, present, expected - present);
    }

    static void cmpxchg8b(Core core, Instruction i) {
        int linear = core.segments.writable(i.segment, core.offset(i), 8);
        core.mmu.prepareWrite(linear, 8);
        int low = core.mmu.read32(linear);
        int high = core.mmu.read32(linear + 4);
        boolean equal = low == core.general[EAX] && high == core.general[EDX];
        core.mmu.write32(linear, equal ? core.general[EBX] : low);
        core.mmu.write32(linear + 4, equal ? core.general[ECX] : high);
        core.general[EAX] = low;
        core.general[EDX] = high;
        core.flags.setZero(equal);
    }
}
