package org.kjump.machine.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.kjump.vmcore.layout.WritableMemory;

/**
 * The machine's memory, by physical address. Little endian, as the machine is. A page costs the host nothing until
 * something other than zero is written to it. As on a PC's bus, reads where there is no memory give ones, and writes
 * there are lost. Not thread-safe.
 */
public final class Ram implements WritableMemory {
    public static final int PAGE_SHIFT = 12;
    public static final int PAGE_SIZE = 1 << PAGE_SHIFT;
    private static final int OFFSET_MASK = PAGE_SIZE - 1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Stands for every page that nothing was written to; itself never written to. */
    private static final byte[] UNTOUCHED = new byte[PAGE_SIZE];

    private final byte[][] pages;

    /** @param size in bytes, a multiple of the page size, below 4 GiB */
    public Ram(long size) {
        if (size <= 0 || size >= 1L << 32 || (size & OFFSET_MASK) != 0) {
            throw new IllegalArgumentException("no machine has %d bytes of memory".formatted(size));
        }
        pages = new byte[(int) (size >> PAGE_SHIFT)][];
        clear();
    }

    /** Bytes of memory; the first byte behind it has this address. */
    public long size() {
        return (long) pages.length << PAGE_SHIFT;
    }

    public int pageCount() {
        return pages.length;
    }

    /** The page's bytes, for reading only. */
    public byte[] peekPage(int pfn) {
        return pages[pfn];
    }

    /** The page's own bytes, to be read and written in place. */
    public byte[] page(int pfn) {
        byte[] page = pages[pfn];
        if (page == UNTOUCHED) {
            page = new byte[PAGE_SIZE];
            pages[pfn] = page;
        }
        return page;
    }

    /** Makes a page zero. */
    public void clearPage(int pfn) {
        pages[pfn] = UNTOUCHED;
    }

    /** All of memory zero, as after power-on. */
    public void clear() {
        Arrays.fill(pages, UNTOUCHED);
    }

    public int u8(long paddr) {
        int pfn = pfn(paddr);
        if (pfn < 0) {
            return 0xff;
        }
        return pages[pfn][(int) paddr & OFFSET_MASK] & 0xff;
    }

    public int u16(long paddr) {
        return u8(paddr) | u8(paddr + 1) << 8;
    }

    public int u32(long paddr) {
        int offset = (int) paddr & OFFSET_MASK;
        int pfn = pfn(paddr);
        if (pfn < 0 || offset > PAGE_SIZE - 4) {
            return u16(paddr) | u16(paddr + 2) << 16;
        }
        return (int) INT.get(pages[pfn], offset);
    }

    public void setU8(long paddr, int value) {
        int pfn = pfn(paddr);
        if (pfn >= 0 && (pages[pfn] != UNTOUCHED || (value & 0xff) != 0)) {
            page(pfn)[(int) paddr & OFFSET_MASK] = (byte) value;
        }
    }

    public void setU16(long paddr, int value) {
        setU8(paddr, value);
        setU8(paddr + 1, value >> 8);
    }

    public void setU32(long paddr, int value) {
        int offset = (int) paddr & OFFSET_MASK;
        int pfn = pfn(paddr);
        if (pfn < 0 || offset > PAGE_SIZE - 4) {
            setU16(paddr, value);
            setU16(paddr + 2, value >> 16);
        } else if (pages[pfn] != UNTOUCHED || value != 0) {
            INT.set(page(pfn), offset, value);
        }
    }

    @Override
    public ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public void read(long paddr, ByteBuffer target) {
        long at = paddr;
        while (target.hasRemaining()) {
            int offset = (int) at & OFFSET_MASK;
            int count = Math.min(target.remaining(), PAGE_SIZE - offset);
            int pfn = pfn(at);
            if (pfn >= 0) {
                target.put(pages[pfn], offset, count);
            } else {
                for (int i = 0; i < count; i++) {
                    target.put((byte) 0xff);
                }
            }
            at += count;
        }
    }

    @Override
    public void write(long paddr, ByteBuffer source) {
        long at = paddr;
        while (source.hasRemaining()) {
            int offset = (int) at & OFFSET_MASK;
            int count = Math.min(source.remaining(), PAGE_SIZE - offset);
            int pfn = pfn(at);
            if (pfn < 0) {
                source.position(source.position() + count);
            } else {
                source.get(page(pfn), offset, count);
            }
            at += count;
        }
    }

    private int pfn(long paddr) {
        long pfn = paddr >> PAGE_SHIFT;
        return pfn >= 0 && pfn < pages.length ? (int) pfn : -1;
    }
}
