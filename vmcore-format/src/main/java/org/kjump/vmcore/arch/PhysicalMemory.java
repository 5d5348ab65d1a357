package org.kjump.vmcore.arch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.layout.Memory;

/**
 * The physical memory of a dumped machine by address. Not thread-safe: it keeps the pages that it read last, so that page
 * tables and arrays of structures are not read from the file again and again.
 */
public final class PhysicalMemory implements Memory {
    /** A power of two. Four levels of page tables and the pages they lead to fit with room to spare. */
    private static final int SLOTS = 16;

    private final MemoryImage image;
    private final int shift;
    private final @Nullable ByteBuffer[] pages = new @Nullable ByteBuffer[SLOTS];
    private final long[] pfns = new long[SLOTS];

    /** Does not close {@code image}. */
    public PhysicalMemory(MemoryImage image) {
        this.image = image;
        this.shift = image.target().pageShift();
    }

    @Override
    public ByteOrder order() {
        return image.target().order();
    }

    /** @throws VmcoreException if a page is not in the dump */
    @Override
    public void read(long paddr, ByteBuffer target) {
        long at = paddr;
        while (target.hasRemaining()) {
            int offset = (int) at & image.target().pageSize() - 1;
            int count = Math.min(target.remaining(), image.target().pageSize() - offset);
            target.put(page(at).slice(offset, count));
            at += count;
        }
    }

    @Override
    public long unsigned(long paddr, int width) {
        int offset = (int) paddr & image.target().pageSize() - 1;
        if (offset + width > image.target().pageSize()) {
            return Memory.super.unsigned(paddr, width);
        }
        ByteBuffer page = page(paddr);
        return switch (width) {
            case 4 -> page.getInt(offset) & 0xffffffffL;
            case 8 -> page.getLong(offset);
            default -> Memory.super.unsigned(paddr, width);
        };
    }

    private ByteBuffer page(long paddr) {
        long pfn = paddr >>> shift;
        int slot = (int) pfn & SLOTS - 1;
        ByteBuffer page = pages[slot];
        if (page != null && pfns[slot] == pfn) {
            return page;
        }
        pages[slot] = null; // until the page is whole
        ByteBuffer fresh = page != null
                ? page
                : ByteBuffer.allocate(image.target().pageSize()).order(order());
        PageState state = image.read(pfn, fresh.clear());
        if (state != PageState.PRESENT && state != PageState.ZERO) {
            throw new VmcoreException("%s: page frame 0x%x (physical address 0x%x) is %s"
                    .formatted(
                            image.name(),
                            pfn,
                            paddr,
                            state == PageState.EXCLUDED ? "excluded from the dump" : "not in the dump"));
        }
        pages[slot] = fresh;
        pfns[slot] = pfn;
        return fresh;
    }
}
