package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.SS;

/**
 * Segment descriptors in the tables that GDTR and LDTR name (Intel SDM 3A, 3.4.5 and 5). Code of rings 1 to 3 and 16-bit
 * code do not run here: loading such a code segment is a #GP.
 */
final class Descriptors {
    private static final int LOCAL = 4;
    private static final int RPL = 3;
    private static final int CODE_OR_DATA = 0x10;
    private static final int ACCESSED = 1;
    private static final int BIT32 = 0x4000;
    private static final int PAGES = 0x8000;
    private static final int TYPE = 0x1f;
    private static final int LDT = 2;
    private static final int TSS_AVAILABLE = 9;
    private static final int TSS_BUSY = 11;

    private final CpuState state;
    private final Mmu mmu;

    Descriptors(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
    }

    static boolean isNull(int selector) {
        return (selector & 0xfffc) == 0;
    }

    /** For a segment register other than CS. */
    SegmentRegister data(int segment, int selector) {
        if (isNull(selector)) {
            if (segment == SS) {
                throw new CpuFault(CpuFault.GENERAL_PROTECTION);
            }
            return new SegmentRegister(selector, 0, 0, 0);
        }
        SegmentRegister loaded = read(selector);
        boolean usable = segment == SS
                ? loaded.isWritable() && (selector & RPL) == 0 && privilege(loaded) == 0
                : loaded.isReadable();
        if ((loaded.access() & CODE_OR_DATA) == 0 || !usable) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        requirePresent(loaded, segment == SS ? CpuFault.STACK_FAULT : CpuFault.SEGMENT_NOT_PRESENT);
        return accessed(loaded);
    }

    SegmentRegister code(int selector) {
        if (isNull(selector)) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        SegmentRegister loaded = read(selector);
        boolean usable = (loaded.access() & CODE_OR_DATA) != 0
                && loaded.isCode()
                && (loaded.access() & BIT32) != 0
                && (selector & RPL) == 0
                && privilege(loaded) == 0;
        if (!usable) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        requirePresent(loaded, CpuFault.SEGMENT_NOT_PRESENT);
        return accessed(loaded);
    }

    void loadLdt(int selector) {
        if (isNull(selector)) {
            setLdt(selector, 0, 0);
            return;
        }
        SegmentRegister loaded = system(selector, LDT);
        setLdt(selector, loaded.base(), loaded.limit());
    }

    private void setLdt(int selector, int base, int limit) {
        state.ldtSelector = selector;
        state.ldtBase = base;
        state.ldtLimit = limit;
    }

    void loadTask(int selector) {
        SegmentRegister loaded = system(selector, TSS_AVAILABLE);
        mmu.write8(address(selector) + 5, loaded.access() & 0xff & ~TYPE | TSS_BUSY);
        state.taskSelector = selector;
        state.taskBase = loaded.base();
        state.taskLimit = loaded.limit();
    }

    private SegmentRegister system(int selector, int type) {
        if (isNull(selector) || (selector & LOCAL) != 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        SegmentRegister loaded = read(selector);
        if ((loaded.access() & TYPE) != type) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        requirePresent(loaded, CpuFault.SEGMENT_NOT_PRESENT);
        return loaded;
    }

    private static int privilege(SegmentRegister descriptor) {
        return descriptor.access() >> 5 & 3;
    }

    private static void requirePresent(SegmentRegister descriptor, int fault) {
        if (!descriptor.isPresent()) {
            throw new CpuFault(fault, descriptor.selector() & 0xfffc);
        }
    }

    /** The processor marks a descriptor in memory when it first loads it. */
    private SegmentRegister accessed(SegmentRegister loaded) {
        if ((loaded.access() & ACCESSED) != 0) {
            return loaded;
        }
        int access = loaded.access() | ACCESSED;
        mmu.write8(address(loaded.selector()) + 5, access);
        return new SegmentRegister(loaded.selector(), loaded.base(), loaded.limit(), access);
    }

    private int address(int selector) {
        boolean local = (selector & LOCAL) != 0;
        int limit = local ? state.ldtLimit : state.gdtLimit;
        if (Integer.compareUnsigned(selector & 0xffff | 7, limit) > 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        return (local ? state.ldtBase : state.gdtBase) + (selector & 0xfff8);
    }

    private SegmentRegister read(int selector) {
        int address = address(selector);
        int low = mmu.read32(address);
        int high = mmu.read32(address + 4);
        int access = high >>> 8 & 0xffff;
        int base = low >>> 16 | (high & 0xff) << 16 | high & 0xff000000;
        int limit = low & 0xffff | high & 0xf0000;
        return new SegmentRegister(
                selector & 0xffff, base, (access & PAGES) != 0 ? limit << 12 | 0xfff : limit, access);
    }
}
