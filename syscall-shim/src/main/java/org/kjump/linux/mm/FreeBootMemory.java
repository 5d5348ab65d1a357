package org.kjump.linux.mm;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;

/** Hands memory to the buddy allocator: mm/bootmem.c and arch/x86/mm/init_32.c of 2.6.27, in their order. */
public record FreeBootMemory(KernelView kernel) {
    /** A word of the boot allocator's bitmap. */
    private static final int WORD = 32;

    private static final int WORD_ORDER = 5;

    /** free_all_bootmem, then high memory: upwards, whole words of free pages at once. */
    public void all(BootMemory memory) {
        PageAllocator allocator = new PageAllocator(kernel);
        int lowEnd = Math.min(memory.frames(), Zones.LOWMEM_END);
        long freed = 0;
        long high = 0;
        for (int word = 0; word < lowEnd; word += WORD) {
            int free = 0;
            for (int pfn = word; pfn < Math.min(word + WORD, lowEnd); pfn++) {
                free += memory.isFree(pfn) ? 1 : 0;
            }
            if (free == WORD) {
                allocator.freeBoot(word, WORD_ORDER);
            } else {
                single(allocator, memory, word, Math.min(word + WORD, lowEnd));
            }
            freed += free;
        }
        for (int pfn = Zones.LOWMEM_END; pfn < memory.frames(); pfn++) {
            if (memory.isFree(pfn)) {
                allocator.freeBoot(pfn, 0);
                high++;
            }
        }
        kernel.setVariable("totalhigh_pages", high);
        kernel.setVariable("totalram_pages", freed + high);
    }

    private static void single(PageAllocator allocator, BootMemory memory, int start, int end) {
        for (int pfn = start; pfn < end; pfn++) {
            if (memory.isFree(pfn)) {
                allocator.freeBoot(pfn, 0);
            }
        }
    }

    /** What boot needed and nobody needs again: whole pages in [{@code start}, {@code end}), physical addresses. */
    public void range(long start, long end) {
        PageAllocator allocator = new PageAllocator(kernel);
        // What lies outside of the kernel's memory is nobody's to give.
        long last = Math.min(end, kernel.variable("max_low_pfn") << Ram.PAGE_SHIFT);
        for (long at = start; at + Ram.PAGE_SIZE <= last; at += Ram.PAGE_SIZE) {
            allocator.freeBoot((int) (at >> Ram.PAGE_SHIFT), 0);
            kernel.setVariable("totalram_pages", kernel.variable("totalram_pages") + 1);
        }
    }
}
