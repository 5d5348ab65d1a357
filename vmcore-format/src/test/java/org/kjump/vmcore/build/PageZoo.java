package org.kjump.vmcore.build;

import org.kjump.vmcore.build.Generation.Kind;

/** Struct pages of every kind, in 256 frames from a first one on. */
public final class PageZoo {
    /** Where what lives, counted from the first frame. */
    public static final int CACHE = 0;

    public static final int CACHE_PRIVATE = 1;
    public static final int ANONYMOUS = 2;
    public static final int POISONED = 3;
    public static final int OFFLINE = 4;
    public static final int SLAB = 5;
    public static final int SWAPCACHE_ONLY = 6;
    public static final int SWAPCACHE = 7;
    public static final int FREE_16 = 16;
    public static final int FREE_OF_IMPOSSIBLE_ORDER = 32;
    public static final int HUGETLB_32 = 64;
    public static final int THP_64 = 128;
    public static final int FRAMES = 256;

    private PageZoo() {}

    /** Populates the frames from {@code first} on, a multiple of 256; their pages get contents. */
    public static void populate(KernelMemoryBuilder kernel, Generation generation, long first) {
        kernel.ram().scribble(first, first + FRAMES);
        kernel.page(first + CACHE).set("flags", Generation.LRU);
        kernel.page(first + CACHE_PRIVATE).set("flags", Generation.LRU | Generation.PRIVATE);
        kernel.page(first + CACHE_PRIVATE).set("mapping", 0x1000);
        kernel.page(first + ANONYMOUS).set("flags", Generation.LRU | Generation.SWAPBACKED);
        kernel.page(first + ANONYMOUS).set("mapping", 0x2000 | Generation.ANON);
        kernel.page(first + POISONED).set("flags", Generation.HWPOISON);
        if (generation.types().offline() != 0) {
            kernel.page(first + OFFLINE).set("_mapcount", generation.types().offline());
        }
        // Of kernels that flag slabs: _mapcount is theirs, and may look like a free block's.
        kernel.page(first + SLAB).set("_mapcount", generation.buddy());
        generation.slab(kernel.page(first + SLAB));
        kernel.page(first + SWAPCACHE_ONLY).set("flags", Generation.SWAPCACHE);
        kernel.page(first + SWAPCACHE).set("flags", Generation.SWAPCACHE | Generation.SWAPBACKED);
        free(kernel, generation, first + FREE_16, 4);
        free(kernel, generation, first + FREE_OF_IMPOSSIBLE_ORDER, 11);
        generation.compound(kernel, first + HUGETLB_32, 5, Kind.HUGETLB);
        generation.compound(kernel, first + THP_64, 6, Kind.THP);
        kernel.page(first + THP_64).set("mapping", 0x3000 | Generation.ANON);
    }

    private static void free(KernelMemoryBuilder kernel, Generation generation, long pfn, int order) {
        kernel.page(pfn).set("_mapcount", generation.buddy());
        kernel.page(pfn).set("private", order);
    }
}
