package org.kjump.vmcore.kernel;

import java.util.OptionalLong;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * Classifies the pages of a kernel with one mem_map (FLATMEM) by their struct pages, and by the buddy allocator's free lists
 * where struct pages do not tell (kernels before 3.9). Which of the two, and which members there are, VMCOREINFO says; no kernel
 * version is asked for.
 */
public final class FlatMemoryClassifier {
    private static final int PAGE_MAPPING_ANON = 1;
    /** makedumpfile reads struct pages in blocks of so many, and takes the last of a block for no compound head. */
    private static final int BLOCK = 512;

    private final KernelMemory kernel;
    private final VmcoreInfo info;
    private final MemoryImage image;
    private final long memMap;
    private final long pageSize;
    private final PageClasses classes;
    private final int frames;

    private FlatMemoryClassifier(KernelMemory kernel) {
        this.kernel = kernel;
        this.info = kernel.info();
        this.image = kernel.image();
        if (image.pfnLimit() > 1 << 20) {
            throw new VmcoreException("%s: 0x%x page frames; an i386 kernel without PAE has at most 0x100000"
                    .formatted(image.name(), image.pfnLimit()));
        }
        this.frames = (int) image.pfnLimit();
        this.memMap = kernel.pointer(kernel.symbol("mem_map"));
        this.pageSize = kernel.size("page");
        this.classes = new PageClasses(frames);
    }

    /** @throws VmcoreException if the kernel's memory does not allow it */
    public static PageClasses classify(KernelMemory kernel) {
        FlatMemoryClassifier classifier = new FlatMemoryClassifier(kernel);
        classifier.structPages();
        if (!classifier.buddyIsMarked()) {
            classifier.freeLists();
        }
        return classifier.classes;
    }

    private boolean buddyIsMarked() {
        return info.number("PAGE_BUDDY_MAPCOUNT_VALUE").isPresent()
                && info.offset("page._mapcount").isPresent()
                && info.offset("page.private").isPresent();
    }

    private void structPages() {
        long end = 0;
        for (int pfn = 0; pfn < frames; pfn++) {
            PageState state = image.state(pfn);
            if (pfn >= end && (state == PageState.PRESENT || state == PageState.ZERO)) {
                end = pfn + structPage(pfn);
            }
        }
    }

    private boolean flag(long flags, String name) {
        OptionalLong bit = info.number(name);
        return bit.isPresent() && (flags >>> bit.getAsLong() & 1) != 0;
    }

    private long member(long page, String name) {
        return kernel.unsigned(page + kernel.offset(name), 4);
    }

    private int mapcount(long page) {
        return (int) member(page, "page._mapcount");
    }

    /** @return how many frames the struct page at {@code pfn} speaks for */
    private long structPage(int pfn) {
        long page = memMap + pfn * pageSize;
        boolean tail = info.offset("page.compound_head").isPresent() && (member(page, "page.compound_head") & 1) != 0;
        if (tail) {
            return 1;
        }
        long flags = member(page, "page.flags");
        boolean slab = flag(flags, "PG_slab");
        if (buddyIsMarked()
                && !slab
                && mapcount(page) == info.number("PAGE_BUDDY_MAPCOUNT_VALUE").getAsLong()) {
            long order = member(page, "page.private");
            // An order that cannot be: the page is kept, whatever it is.
            return order < info.length("zone.free_area").orElse(11) ? mark(pfn, 1L << order, PageClass.FREE) : 1;
        }
        long count = compoundPages(pfn, page, flags);
        boolean cache = flag(flags, "PG_lru")
                || flag(flags, "PG_swapcache")
                        && (info.number("PG_swapbacked").isEmpty() || flag(flags, "PG_swapbacked"));
        boolean anonymous = (member(page, "page.mapping") & PAGE_MAPPING_ANON) != 0;
        if (cache && !anonymous) {
            return mark(pfn, count, flag(flags, "PG_private") ? PageClass.CACHE_PRIVATE : PageClass.CACHE);
        }
        if (anonymous) {
            return mark(pfn, count, PageClass.USER);
        }
        boolean offline = info.number("PAGE_OFFLINE_MAPCOUNT_VALUE").isPresent()
                && !slab
                && mapcount(page) == info.number("PAGE_OFFLINE_MAPCOUNT_VALUE").getAsLong();
        return flag(flags, "PG_hwpoison") || offline ? mark(pfn, count, PageClass.UNREADABLE) : 1;
    }

    private long mark(int pfn, long count, PageClass pageClass) {
        classes.mark(pfn, count, pageClass);
        return count;
    }

    private long compoundPages(int pfn, long page, long flags) {
        boolean head = (flags & info.number("PG_head_mask").orElse(0)) != 0 && pfn % BLOCK != BLOCK - 1;
        if (!head || info.offset("page.compound_order").isEmpty()) {
            return 1;
        }
        long order = kernel.unsigned(page + pageSize + kernel.offset("page.compound_order"), 1);
        return order < 32 && pfn % (1L << order) == 0 ? 1L << order : 1;
    }

    /** Every block on the free lists of every zone. A list that is broken keeps what it has not named yet. */
    private void freeLists() {
        long node = kernel.symbol("contig_page_data");
        long zones = kernel.unsigned(node + kernel.offset("pglist_data.nr_zones"), 4);
        long orders = kernel.need(info.length("zone.free_area"), "LENGTH(zone.free_area)");
        long types = kernel.need(info.length("free_area.free_list"), "LENGTH(free_area.free_list)");
        if (zones > 16 || orders > 64 || orders < 0 || types > 64 || types < 0) {
            throw new VmcoreException(
                    "%s: %d zones with %d orders of %d free lists".formatted(image.name(), zones, orders, types));
        }
        for (long i = 0; i < zones; i++) {
            long zone = node + kernel.offset("pglist_data.node_zones") + i * kernel.size("zone");
            if (member(zone, "zone.spanned_pages") == 0) {
                continue;
            }
            for (int order = (int) orders - 1; order >= 0; order--) {
                long area = zone + kernel.offset("zone.free_area") + order * kernel.size("free_area");
                for (int type = 0; type < types; type++) {
                    freeList(area + kernel.offset("free_area.free_list") + type * kernel.size("list_head"), order);
                }
            }
        }
    }

    private void freeList(long head, int order) {
        long previous = head;
        long node = kernel.pointer(head + kernel.offset("list_head.next"));
        for (int blocks = 0; node != head; blocks++) {
            long distance = node - kernel.offset("page.lru") - memMap;
            long pfn = distance / pageSize;
            boolean linked = kernel.pointer(node + kernel.offset("list_head.prev")) == previous;
            if (blocks > frames || distance < 0 || distance % pageSize != 0 || pfn >= frames || !linked) {
                throw new VmcoreException(
                        "%s: the free list at %x is broken at node %x".formatted(image.name(), head, node));
            }
            classes.mark(pfn, 1L << order, PageClass.FREE);
            previous = node;
            node = kernel.pointer(node + kernel.offset("list_head.next"));
        }
    }
}
