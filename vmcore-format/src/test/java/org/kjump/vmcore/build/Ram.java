package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.kjump.vmcore.layout.WritableMemory;

/** The physical memory of a machine that is being described, by physical address: zeros where nothing was written. Not thread-safe. */
public final class Ram implements WritableMemory {
    private static final int PAGE = 4096;

    private final ByteOrder order;
    private final Map<Long, byte[]> pages = new HashMap<>();

    public Ram(ByteOrder order) {
        this.order = order;
    }

    @Override
    public ByteOrder order() {
        return order;
    }

    @Override
    public void read(long paddr, ByteBuffer target) {
        for (long at = paddr; target.hasRemaining(); ) {
            int offset = (int) at & PAGE - 1;
            int count = Math.min(target.remaining(), PAGE - offset);
            byte[] page = pages.get(at / PAGE);
            target.put(page == null ? new byte[PAGE] : page, offset, count);
            at += count;
        }
    }

    @Override
    public void write(long paddr, ByteBuffer source) {
        for (long at = paddr; source.hasRemaining(); ) {
            int offset = (int) at & PAGE - 1;
            int count = Math.min(source.remaining(), PAGE - offset);
            source.get(pages.computeIfAbsent(at / PAGE, pfn -> new byte[PAGE]), offset, count);
            at += count;
        }
    }

    /** Whether anything was written in the pages from {@code start} up to {@code end}, physical addresses. */
    boolean has(long start, long end) {
        for (long pfn = start / PAGE; pfn * PAGE < end; pfn++) {
            if (pages.containsKey(pfn)) {
                return true;
            }
        }
        return false;
    }

    /** Behind the last page that was written. */
    long end() {
        return pages.keySet().stream().mapToLong(pfn -> pfn + 1).max().orElse(0) * PAGE;
    }

    /** Puts bytes that are not zero, and that differ from page to page, into the frames from {@code start} up to {@code end}. */
    public void scribble(long start, long end) {
        for (long pfn = start; pfn < end; pfn++) {
            byte[] page = new byte[PAGE];
            for (int i = 0; i < PAGE; i++) {
                page[i] = (byte) (1 + (i + pfn) % 251);
            }
            pages.put(pfn, page);
        }
    }
}
