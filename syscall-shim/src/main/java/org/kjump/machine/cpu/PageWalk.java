package org.kjump.machine.cpu;

import org.kjump.machine.memory.Ram;

/**
 * Linear to physical addresses by the two-level page tables with 4 KiB and, with CR4.PSE, 4 MiB pages (Intel SDM 3A,
 * 4.3), or unchanged while paging is off. Rings are not told apart: all code that runs here is ring 0's.
 */
final class PageWalk {
    private static final int PRESENT = 1;
    private static final int WRITABLE = 2;
    private static final int ACCESSED = 0x20;
    private static final int DIRTY = 0x40;
    private static final int LARGE = 0x80;
    private static final int ERROR_PROTECTION = 1;
    private static final int ERROR_WRITE = 2;

    private final Ram ram;
    private final CpuState state;
    private final CodeCache code;

    PageWalk(Ram ram, CpuState state, CodeCache code) {
        this.ram = ram;
        this.state = state;
        this.code = code;
    }

    int toRead(int linear) {
        return walk(linear, 0, ACCESSED);
    }

    int toWrite(int linear) {
        return walk(linear, ERROR_WRITE, ACCESSED | DIRTY);
    }

    /** Sets accessed and dirty bits on the way, as the processor does. */
    private int walk(int linear, int access, int marks) {
        if ((state.cr0 & CpuState.CR0_PG) == 0) {
            return linear;
        }
        long directory = (state.cr3 & 0xfffff000L) + (linear >>> 22) * 4L;
        int pde = ram.u32(directory);
        check(pde, linear, access);
        if ((pde & LARGE) != 0 && (state.cr4 & CpuState.CR4_PSE) != 0) {
            mark(directory, pde, marks);
            return pde & 0xffc00000 | linear & 0x3fffff;
        }
        long table = (pde & 0xfffff000L) + (linear >>> 12 & 0x3ff) * 4L;
        int pte = ram.u32(table);
        check(pte, linear, access);
        mark(directory, pde, ACCESSED);
        mark(table, pte, marks);
        return pte & 0xfffff000 | linear & 0xfff;
    }

    private void check(int entry, int linear, int access) {
        boolean present = (entry & PRESENT) != 0;
        boolean refused = access == ERROR_WRITE && (entry & WRITABLE) == 0 && (state.cr0 & CpuState.CR0_WP) != 0;
        if (!present || refused) {
            state.cr2 = linear;
            throw new CpuFault(CpuFault.PAGE_FAULT, access | (present ? ERROR_PROTECTION : 0));
        }
    }

    private void mark(long paddr, int entry, int bits) {
        if ((entry & bits) != bits) {
            ram.setU32(paddr, entry | bits);
            code.written(code.page((int) (paddr >> Ram.PAGE_SHIFT)), (int) paddr & Ram.PAGE_SIZE - 1, 4);
        }
    }
}
