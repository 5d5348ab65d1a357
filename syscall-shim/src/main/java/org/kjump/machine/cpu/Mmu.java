package org.kjump.machine.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.kjump.machine.memory.Ram;

/**
 * Memory by linear address: two-level page tables with 4 KiB and, with CR4.PSE, 4 MiB pages (Intel SDM 3A, 4.3), or
 * linear is physical while paging is off. Rings are not told apart: all code that runs here is ring 0's.
 *
 * <p>Like the real one, the translation buffer is not told when tables change; loading CR3, CR0 or CR4, or INVLPG, empties
 * it.
 */
final class Mmu {
    private static final int PRESENT = 1;
    private static final int WRITABLE = 2;
    private static final int ACCESSED = 0x20;
    private static final int DIRTY = 0x40;
    private static final int LARGE = 0x80;
    private static final int CR0_WP = 0x10000;
    private static final int SLOTS = 1024;
    private static final int EMPTY = -1;
    private static final byte[] NO_PAGE = new byte[0];

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final Ram ram;
    private final CpuState state;
    private final int[] readTags = new int[SLOTS];
    private final byte[][] readPages = new byte[SLOTS][];
    private final int[] writeTags = new int[SLOTS];
    private final byte[][] writePages = new byte[SLOTS][];

    Mmu(Ram ram, CpuState state) {
        this.ram = ram;
        this.state = state;
        Arrays.fill(readPages, NO_PAGE);
        Arrays.fill(writePages, NO_PAGE);
        flush();
    }

    void flush() {
        Arrays.fill(readTags, EMPTY);
        Arrays.fill(writeTags, EMPTY);
    }

    int read8(int linear) {
        int slot = linear >>> 12 & SLOTS - 1;
        if (readTags[slot] == linear >>> 12) {
            return readPages[slot][linear & 0xfff] & 0xff;
        }
        return fillRead(linear) ? readPages[slot][linear & 0xfff] & 0xff : 0xff;
    }

    int read32(int linear) {
        int slot = linear >>> 12 & SLOTS - 1;
        if (readTags[slot] == linear >>> 12 && (linear & 0xfff) <= 0xffc) {
            return (int) INT.get(readPages[slot], linear & 0xfff);
        }
        return read8(linear) | read8(linear + 1) << 8 | read8(linear + 2) << 16 | read8(linear + 3) << 24;
    }

    int read(int linear, int size) {
        return switch (size) {
            case 1 -> read8(linear);
            case 2 -> read8(linear) | read8(linear + 1) << 8;
            default -> read32(linear);
        };
    }

    private void write8(int linear, int value) {
        int slot = linear >>> 12 & SLOTS - 1;
        if (writeTags[slot] == linear >>> 12 || fillWrite(linear)) {
            writePages[slot][linear & 0xfff] = (byte) value;
        }
    }

    void write32(int linear, int value) {
        int slot = linear >>> 12 & SLOTS - 1;
        if (writeTags[slot] == linear >>> 12 && (linear & 0xfff) <= 0xffc) {
            INT.set(writePages[slot], linear & 0xfff, value);
            return;
        }
        if ((linear & 0xfff) > 0xffc) {
            // Both pages must take the write before either does.
            translate(linear, true);
            translate(linear + 3, true);
        }
        for (int i = 0; i < 4; i++) {
            write8(linear + i, value >> 8 * i);
        }
    }

    void write(int linear, int size, int value) {
        switch (size) {
            case 1 -> write8(linear, value);
            case 2 -> {
                write8(linear, value);
                write8(linear + 1, value >> 8);
            }
            default -> write32(linear, value);
        }
    }

    /** Whether there is memory behind the address. */
    private boolean fillRead(int linear) {
        int pfn = translate(linear, false) >>> 12;
        if (pfn >= ram.pageCount()) {
            return false;
        }
        int slot = linear >>> 12 & SLOTS - 1;
        readTags[slot] = linear >>> 12;
        readPages[slot] = ram.page(pfn);
        return true;
    }

    private boolean fillWrite(int linear) {
        int pfn = translate(linear, true) >>> 12;
        if (pfn >= ram.pageCount()) {
            return false;
        }
        int slot = linear >>> 12 & SLOTS - 1;
        writeTags[slot] = linear >>> 12;
        writePages[slot] = ram.page(pfn);
        return true;
    }

    /** The physical address, with accessed and dirty bits set on the way as the processor does. */
    private int translate(int linear, boolean write) {
        if ((state.cr0 & CpuState.CR0_PG) == 0) {
            return linear;
        }
        long directory = (state.cr3 & 0xfffff000L) + (linear >>> 22) * 4L;
        int pde = ram.u32(directory);
        check(pde, linear, write);
        if ((pde & LARGE) != 0 && (state.cr4 & CpuState.CR4_PSE) != 0) {
            mark(directory, pde, write ? ACCESSED | DIRTY : ACCESSED);
            return pde & 0xffc00000 | linear & 0x3fffff;
        }
        long table = (pde & 0xfffff000L) + (linear >>> 12 & 0x3ff) * 4L;
        int pte = ram.u32(table);
        check(pte, linear, write);
        mark(directory, pde, ACCESSED);
        mark(table, pte, write ? ACCESSED | DIRTY : ACCESSED);
        return pte & 0xfffff000 | linear & 0xfff;
    }

    private void mark(long paddr, int entry, int bits) {
        if ((entry & bits) != bits) {
            ram.setU32(paddr, entry | bits);
        }
    }

    private void check(int entry, int linear, boolean write) {
        boolean present = (entry & PRESENT) != 0;
        if (!present || write && (entry & WRITABLE) == 0 && (state.cr0 & CR0_WP) != 0) {
            state.cr2 = linear;
            throw new CpuFault(CpuFault.PAGE_FAULT, (present ? 1 : 0) | (write ? 2 : 0));
        }
    }
}
