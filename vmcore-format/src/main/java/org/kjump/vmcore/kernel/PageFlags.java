package org.kjump.vmcore.kernel;

import java.util.OptionalLong;
import org.kjump.vmcore.KernelVersion;
import org.kjump.vmcore.VmcoreInfo;

/**
 * The bits of {@code page.flags}, by the numbers that VMCOREINFO tells; no bit at all for a flag that the kernel does not have. Numbers
 * that old kernels do not tell were the same in all of them. Immutable.
 *
 * @param lru on a list of the page cache or of anonymous pages
 * @param hasPrivate {@code page.private} belongs to a file system
 * @param swapcache in the swap cache; with {@code swapbacked}, if the kernel has it, as the bit has several meanings then
 * @param slab of a slab, where that is a flag and not a page type
 * @param head the first of a compound page
 * @param buddy free, where the kernel's debug data tell of a flag for it (2.6.17 to 2.6.37)
 */
record PageFlags(
        long lru, long hasPrivate, long swapcache, long swapbacked, long hwpoison, long slab, long head, long buddy) {
    static PageFlags of(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        // Numbers before 2.6.26, when they were no enumeration yet (include/linux/page-flags.h).
        long lru = info.number("PG_lru").orElse(5);
        long hasPrivate = info.number("PG_private").orElse(11);
        long swapcache = info.number("PG_swapcache").orElse(15);
        long swapbacked = info.number("PG_swapbacked").orElse(swapcache < hasPrivate ? hasPrivate + 6 : -1);
        return new PageFlags(
                bit(lru),
                bit(hasPrivate),
                bit(swapcache),
                bit(swapbacked),
                bit(info.number("PG_hwpoison").orElse(-1)),
                slab(kernel),
                head(kernel),
                bit(info.number("PG_buddy").orElse(-1)));
    }

    private static long bit(long number) {
        return number >= 0 && number < Long.SIZE ? 1L << number : 0;
    }

    /** From 6.10 on a page type; the flag's old bit has another meaning then. Told since 3.9, and 7 before. */
    private static long slab(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        if (info.number("PAGE_SLAB_MAPCOUNT_VALUE").isPresent()) {
            return 0;
        }
        OptionalLong told = info.number("PG_slab");
        return told.isPresent() ? bit(told.getAsLong()) : isBefore(kernel, 3, 9, 0) ? bit(7) : 0;
    }

    /**
     * Told since 3.14. In 2.6.26 flags became an enumeration, in which the head is 13, or 14 since 2.6.30 has one flag more in front of
     * it; before, compound was 14.
     */
    private static long head(KernelMemory kernel) {
        OptionalLong mask = kernel.info().number("PG_head_mask");
        if (mask.isPresent()) {
            return mask.getAsLong();
        }
        if (!isBefore(kernel, 3, 14, 0)) {
            return 0;
        }
        boolean is13 = !isBefore(kernel, 2, 6, 26) && isBefore(kernel, 2, 6, 30);
        return bit(is13 ? 13 : 14);
    }

    private static boolean isBefore(KernelMemory kernel, int major, int minor, int patch) {
        return KernelVersion.of(kernel.image().name(), kernel.info()).isBefore(major, minor, patch);
    }
}
