package org.kjump.linux.boot;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;

/** {@code swapper_pg_dir}: arch/x86/mm/init_32.c, for a processor with large and global pages. */
record DirectMapping(KernelView kernel) {
    /** The first 4 MiB by small pages, as the head code maps them, then large ones, and small ones for the tail; pkmap and fixmap at the top. */
    void build(int frames, int pkmap, int tail) {
        long directory = kernel.profile().symbol("swapper_pg_dir");
        long pg0 = kernel.profile().symbol("pg0");
        kernel.setU32(directory + 4 * 768, KernelView.paddr(pg0) | 0x67);
        for (int i = 0; i < 1024; i++) {
            kernel.setU32(pg0 + 4L * i, (long) i << Ram.PAGE_SHIFT | 0x163);
        }
        int low = Math.min(frames, Boot.LOWMEM_FRAMES);
        for (int i = 1; i < low / 1024; i++) {
            kernel.setU32(directory + 4L * (768 + i), (long) i << 22 | 0x1e3);
        }
        if (low % 1024 != 0) {
            kernel.setU32(directory + 4L * (768 + low / 1024), (long) tail << Ram.PAGE_SHIFT | 0x67);
            for (int pfn = low & -1024; pfn < low; pfn++) {
                kernel.setU32(KernelView.pageAddress(tail) + 4L * (pfn % 1024), (long) pfn << Ram.PAGE_SHIFT | 0x163);
            }
        }
        kernel.setU32(directory + 4 * 1022, (long) pkmap << Ram.PAGE_SHIFT | 0x67);
        kernel.setU32(directory + 4 * 1023, KernelView.paddr(kernel.profile().symbol("swapper_pg_fixmap")) | 0x67);
    }
}
