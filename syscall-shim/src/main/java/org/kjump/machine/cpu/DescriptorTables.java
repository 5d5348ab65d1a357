package org.kjump.machine.cpu;

/** Loads and stores of GDTR, IDTR, LDTR and TR. */
final class DescriptorTables {
    private DescriptorTables() {}

    static void sgdt(Core core, Instruction i) {
        store(core, i, core.state.gdtLimit, core.state.gdtBase);
    }

    static void sidt(Core core, Instruction i) {
        store(core, i, core.state.idtLimit, core.state.idtBase);
    }

    private static void store(Core core, Instruction i, int limit, int base) {
        core.mmu.prepareWrite(core.segments.writable(i.segment, core.offset(i), 6), 6);
        core.write(i.segment, core.offset(i), 2, limit);
        core.write(i.segment, core.offset(i) + 2, 4, base);
    }

    static void lgdt(Core core, Instruction i) {
        int limit = core.read(i.segment, core.offset(i), 2);
        core.state.gdtBase = base(core, i);
        core.state.gdtLimit = limit;
    }

    static void lidt(Core core, Instruction i) {
        int limit = core.read(i.segment, core.offset(i), 2);
        core.state.idtBase = base(core, i);
        core.state.idtLimit = limit;
    }

    /** The 16-bit form loads 24 bits. */
    private static int base(Core core, Instruction i) {
        int base = core.read(i.segment, core.offset(i) + 2, 4);
        return i.size == 2 ? base & 0xffffff : base;
    }

    static void sldt(Core core, Instruction i) {
        storeSelector(core, i, core.state.ldtSelector);
    }

    static void str(Core core, Instruction i) {
        storeSelector(core, i, core.state.taskSelector);
    }

    private static void storeSelector(Core core, Instruction i, int selector) {
        if (Place.isMemory(i.first)) {
            core.write(i.segment, core.offset(i), 2, selector);
        } else {
            core.setFirst(i, selector);
        }
    }

    static void lldt(Core core, Instruction i) {
        core.descriptors.loadLdt(core.first(i));
    }

    static void ltr(Core core, Instruction i) {
        core.descriptors.loadTask(core.first(i));
    }
}
