package org.kjump.linux.mm;

import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** What the blocks of 4 MiB of a zone are for: {@code pageblock_flags}, three bits for each, that may straddle two words. */
record Pageblocks(KernelView kernel, Struct zone) {
    static final int ORDER = 10;
    static final int PAGES = 1 << ORDER;
    private static final int BITS = 3;

    /** Bytes of flags for a zone of {@code spanned} frames: whole words. */
    static int bytes(int spanned) {
        int blocks = (spanned + PAGES - 1) / PAGES;
        return (blocks * BITS + 31) / 32 * 4;
    }

    private int bit(int pfn) {
        int first = (int) zone.get("zone_start_pfn") & -PAGES;
        return (pfn - first >> ORDER) * BITS;
    }

    int type(int pfn) {
        int type = 0;
        for (int i = 0; i < BITS; i++) {
            type |= (int) (kernel.u32(word(bit(pfn) + i)) >> (bit(pfn) + i) % 32 & 1) << i;
        }
        return type;
    }

    void setType(int pfn, int type) {
        for (int i = 0; i < BITS; i++) {
            long word = word(bit(pfn) + i);
            long mask = 1L << (bit(pfn) + i) % 32;
            long old = kernel.u32(word);
            kernel.setU32(word, (type >> i & 1) != 0 ? old | mask : old & ~mask);
        }
    }

    private long word(int bit) {
        return zone.get("pageblock_flags") + bit / 32 * 4L;
    }
}
