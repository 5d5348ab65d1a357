package org.kjump.machine.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.kjump.machine.memory.Ram;

/**
 * Memory by linear address, through a translation buffer. Like the real one, the buffer is not told when page tables
 * change; loading CR3, CR0 or CR4, or INVLPG, empties it (global pages too, which a processor may forget at any time).
 */
final class Mmu {
    private static final int SLOTS = 1024;
    private static final int EMPTY = -1;
    private static final int OFFSET = Ram.PAGE_SIZE - 1;
    private static final byte[] NO_PAGE = new byte[0];

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final Ram ram;
    private final PageWalk walk;
    private final CodeCache code;
    private final int[] readTags = new int[SLOTS];
    private final byte[][] readPages = new byte[SLOTS][];
    private final int[] writeTags = new int[SLOTS];
    private final byte[][] writePages = new byte[SLOTS][];
    /** The code of the pages that writes go to, so that a write that changes it is seen. */
    private final CodePage[] writeCode = new CodePage[SLOTS];

    private final int[] fetchTags = new int[SLOTS];
    private final CodePage[] fetchCode = new CodePage[SLOTS];

    Mmu(Ram ram, CpuState state, CodeCache code) {
        this.ram = ram;
        this.code = code;
        walk = new PageWalk(ram, state, code);
        Arrays.fill(readPages, NO_PAGE);
        Arrays.fill(writePages, NO_PAGE);
        Arrays.fill(writeCode, CodePage.NONE);
        Arrays.fill(fetchCode, CodePage.NONE);
        flush();
    }

    void flush() {
        Arrays.fill(readTags, EMPTY);
        Arrays.fill(writeTags, EMPTY);
        Arrays.fill(fetchTags, EMPTY);
    }

    private static int slot(int linear) {
        return linear >>> Ram.PAGE_SHIFT & SLOTS - 1;
    }

    int read8(int linear) {
        int slot = slot(linear);
        if (readTags[slot] == linear >>> Ram.PAGE_SHIFT || fillRead(linear)) {
            return readPages[slot][linear & OFFSET] & 0xff;
        }
        return 0xff;
    }

    int read16(int linear) {
        int slot = slot(linear);
        int offset = linear & OFFSET;
        if (readTags[slot] == linear >>> Ram.PAGE_SHIFT && offset <= Ram.PAGE_SIZE - 2) {
            return (short) SHORT.get(readPages[slot], offset) & 0xffff;
        }
        return read8(linear) | read8(linear + 1) << 8;
    }

    int read32(int linear) {
        int slot = slot(linear);
        int offset = linear & OFFSET;
        if (readTags[slot] == linear >>> Ram.PAGE_SHIFT && offset <= Ram.PAGE_SIZE - 4) {
            return (int) INT.get(readPages[slot], offset);
        }
        return read16(linear) | read16(linear + 2) << 16;
    }

    void write8(int linear, int value) {
        int slot = slot(linear);
        if (writeTags[slot] == linear >>> Ram.PAGE_SHIFT || fillWrite(linear)) {
            writePages[slot][linear & OFFSET] = (byte) value;
            code.written(writeCode[slot], linear & OFFSET, 1);
        }
    }

    void write16(int linear, int value) {
        prepareWrite(linear, 2);
        write8(linear, value);
        write8(linear + 1, value >> 8);
    }

    void write32(int linear, int value) {
        int slot = slot(linear);
        int offset = linear & OFFSET;
        if (writeTags[slot] == linear >>> Ram.PAGE_SHIFT && offset <= Ram.PAGE_SIZE - 4) {
            INT.set(writePages[slot], offset, value);
            code.written(writeCode[slot], offset, 4);
            return;
        }
        prepareWrite(linear, 4);
        for (int i = 0; i < 4; i++) {
            write8(linear + i, value >> 8 * i);
        }
    }

    /** Faults now, if writing would: all bytes are written, or none. */
    void prepareWrite(int linear, int size) {
        if ((linear & OFFSET) + size > Ram.PAGE_SIZE) {
            walk.toWrite(linear);
            walk.toWrite(linear + size - 1);
        } else if (writeTags[slot(linear)] != linear >>> Ram.PAGE_SHIFT) {
            walk.toWrite(linear);
        }
    }

    /** Whether there is memory behind the address. */
    private boolean fillRead(int linear) {
        int pfn = walk.toRead(linear) >>> Ram.PAGE_SHIFT;
        if (pfn >= ram.pageCount()) {
            return false;
        }
        int slot = slot(linear);
        readTags[slot] = linear >>> Ram.PAGE_SHIFT;
        readPages[slot] = ram.page(pfn);
        return true;
    }

    private boolean fillWrite(int linear) {
        int pfn = walk.toWrite(linear) >>> Ram.PAGE_SHIFT;
        if (pfn >= ram.pageCount()) {
            return false;
        }
        int slot = slot(linear);
        writeTags[slot] = linear >>> Ram.PAGE_SHIFT;
        writePages[slot] = ram.page(pfn);
        writeCode[slot] = code.page(pfn);
        return true;
    }

    /** The decoded code of the page at the address, or {@link CodePage#NONE} where there is no memory. */
    CodePage codeAt(int linear) {
        int slot = slot(linear);
        if (fetchTags[slot] != linear >>> Ram.PAGE_SHIFT) {
            int pfn = walk.toRead(linear) >>> Ram.PAGE_SHIFT;
            if (pfn >= ram.pageCount()) {
                return CodePage.NONE;
            }
            fetchTags[slot] = linear >>> Ram.PAGE_SHIFT;
            fetchCode[slot] = code.makePage(pfn);
            // Writes to the page must know its code from now on.
            Arrays.fill(writeTags, EMPTY);
        }
        return fetchCode[slot];
    }
}
