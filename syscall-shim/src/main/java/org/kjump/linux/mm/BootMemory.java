package org.kjump.linux.mm;

import java.util.BitSet;
import java.util.List;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.E820Entry;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/**
 * Memory while a kernel boots: what is RAM by its map, what is taken, and allocation from the rest before there is a buddy
 * allocator (mm/bootmem.c). Lives for the length of the boot.
 */
public final class BootMemory {
    /** Allocations without another wish keep off the DMA zone: __pa(MAX_DMA_ADDRESS). */
    static final int GOAL = Zones.DMA_END;

    private static final int CACHE_LINE = 32;

    private final BitSet ram = new BitSet();
    private final BitSet reserved = new BitSet();
    private final KernelView kernel;

    /** @param map the kernel's map: it believes this, whatever the machine really has */
    public BootMemory(KernelView kernel, List<E820Entry> map) {
        this.kernel = kernel;
        for (E820Entry entry : map) {
            if (entry.type() == E820Entry.Type.RAM) {
                int start = (int) (entry.start() + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT);
                int end = (int) (entry.end() >> Ram.PAGE_SHIFT);
                if (start < end) {
                    ram.set(start, end);
                }
            }
        }
    }

    /** One more than the last frame that is RAM: {@code max_pfn}. */
    public int frames() {
        return ram.length();
    }

    boolean isRam(int pfn) {
        return ram.get(pfn);
    }

    boolean isFree(int pfn) {
        return ram.get(pfn) && !reserved.get(pfn);
    }

    /** Takes the pages that [{@code start}, {@code end}), physical addresses, touches. */
    public void reserve(long start, long end) {
        reserved.set((int) (start >> Ram.PAGE_SHIFT), (int) (end + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT));
    }

    /** Gives back the pages that lie in [{@code start}, {@code end}). */
    public void release(long start, long end) {
        reserved.clear((int) (start >> Ram.PAGE_SHIFT), (int) (end >> Ram.PAGE_SHIFT));
    }

    /** The lowest run of {@code pages} zeroed pages at or above frame {@code goal}, or below it if there is none. */
    public int allocate(int pages, int goal) {
        return (int) (allocateBytes((long) pages << Ram.PAGE_SHIFT, goal) >> Ram.PAGE_SHIFT);
    }

    /**
     * As {@link #allocate}, for things smaller than a page: the next free page directly behind the last allocation lets it start
     * in the rest of that one's last page.
     *
     * @return physical address
     */
    long allocateBytes(long bytes, int goal) {
        int pages = (int) (bytes + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT);
        int pfn = find(pages, goal);
        if (pfn < 0) {
            pfn = find(pages, 0);
        }
        if (pfn < 0) {
            throw new KernelPanic("Out of memory: no %d pages in a row at boot".formatted(pages));
        }
        Struct bootmem = kernel.struct("bootmem_data", kernel.profile().symbol("contig_bootmem_data"));
        long lastEnd = bootmem.get("last_end_off");
        long start = (long) pfn << Ram.PAGE_SHIFT;
        if (bytes % Ram.PAGE_SIZE != 0 && lastEnd % Ram.PAGE_SIZE != 0 && lastEnd >> Ram.PAGE_SHIFT == pfn - 1) {
            start = lastEnd + CACHE_LINE - 1 & -CACHE_LINE;
        }
        bootmem.set("last_end_off", start + bytes);
        int end = (int) (start + bytes + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT);
        for (int fresh = pfn; fresh < end; fresh++) {
            reserved.set(fresh);
            kernel.ram().clearPage(fresh);
        }
        return start;
    }

    private int find(int pages, int goal) {
        int start = goal;
        while (start < Math.min(frames(), Zones.LOWMEM_END)) {
            int length = 0;
            while (length < pages && isFree(start + length)) {
                length++;
            }
            if (length == pages) {
                return start;
            }
            start += length + 1;
        }
        return -1;
    }
}
