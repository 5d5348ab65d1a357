package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.KernelVersion;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.layout.Field;

/**
 * What a struct page tells, with the members and numbers that VMCOREINFO names; names that are missing mean a kernel that does not
 * have the thing. The order of the questions is makedumpfile's ({@code exclude_unnecessary_pages} of 1.7.2 to 1.7.8). Immutable.
 */
final class StructPage {
    private static final int PAGE_MAPPING_ANON = 1;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final int size;
    private final int word;
    private final int orders;
    private final Field flags;
    private final Field mapping;
    private final @Nullable Field mapcount;
    private final @Nullable Field privateData;
    private final @Nullable Field compoundHead;
    private final PageFlags bits;
    private final long buddy;
    private final long slab;
    private final long offline;
    private final long unaccepted;
    private final CompoundPage compound;

    StructPage(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        this.word = kernel.image().target().wordBytes();
        this.size = kernel.size("page");
        this.flags = kernel.pageMember("flags", kernel.offset("page.flags"), word);
        this.mapping = kernel.pageMember("mapping", kernel.offset("page.mapping"), word);
        this.mapcount = optional(kernel, "page._mapcount", 4);
        this.privateData = optional(kernel, "page.private", word);
        String head = info.offset("page.compound_info").isPresent() ? "page.compound_info" : "page.compound_head";
        this.compoundHead = optional(kernel, head, word);
        this.orders = info.length("zone.free_area").isPresent() ? kernel.length("zone.free_area", 63) : 63;
        this.bits = PageFlags.of(kernel);
        this.buddy = buddy(kernel);
        this.slab = type(info, "PAGE_SLAB_MAPCOUNT_VALUE");
        this.offline = type(info, "PAGE_OFFLINE_MAPCOUNT_VALUE");
        this.unaccepted = type(info, "PAGE_UNACCEPTED_MAPCOUNT_VALUE");
        this.compound = CompoundPage.of(kernel);
    }

    private static @Nullable Field optional(KernelMemory kernel, String member, int width) {
        return kernel.info().offset(member).isPresent()
                ? kernel.pageMember(member.substring("page.".length()), kernel.offset(member), width)
                : null;
    }

    /** Told since 3.9; the kernels before that have one kept it where debug data only tell (2.6.38 and later). */
    private static long buddy(KernelMemory kernel) {
        if (kernel.info().offset("page._mapcount").isEmpty()) {
            return UNKNOWN;
        }
        long told = type(kernel.info(), "PAGE_BUDDY_MAPCOUNT_VALUE");
        if (told != UNKNOWN) {
            return told;
        }
        KernelVersion version = KernelVersion.of(kernel.image().name(), kernel.info());
        if (version.isBefore(2, 6, 38) || !version.isBefore(3, 9)) {
            return UNKNOWN;
        }
        return version.isBefore(2, 6, 39) ? -2 : -128;
    }

    /** A value of {@code _mapcount} that says the page's type, as 32 bits whatever its sign in the text. */
    private static long type(VmcoreInfo info, String name) {
        OptionalLong value = info.number(name);
        return value.isPresent() ? (int) value.getAsLong() : UNKNOWN;
    }

    /** Bytes of a struct page. */
    int size() {
        return size;
    }

    /** Whether struct pages say which pages are free; otherwise the free lists do. */
    boolean marksFreePages() {
        return privateData != null && (buddy != UNKNOWN || bits.buddy() != 0);
    }

    /**
     * Classifies the page whose struct page is at {@code at}.
     *
     * @param pages struct pages
     * @param next whether that of the next frame is in {@code pages}, too
     * @return how many frames it speaks for: at least 1
     */
    long classify(ByteBuffer pages, int at, long pfn, Neighbour next, PageClasses classes) {
        Field head = compoundHead;
        if (head != null && (head.unsigned(pages, at) & 1) != 0) {
            return 1; // a tail: its head spoke for it
        }
        long set = flags.unsigned(pages, at);
        long type = mapcount == null ? UNKNOWN : (int) mapcount.unsigned(pages, at);
        boolean isSlab = (set & bits.slab()) != 0 || slab != UNKNOWN && type == slab;
        if (marksFreePages() && isFree(set, type, isSlab)) {
            if ((set & bits.hwpoison()) != 0) {
                classes.markUnreadable(pfn, 1, PageClass.HWPOISON);
            }
            return free(pages, at, pfn, classes);
        }
        if (unaccepted != UNKNOWN && type == unaccepted) {
            return mark(classes, pfn, 1L << Math.max(0, orders - 1), PageClass.FREE);
        }
        boolean isHead = (set & bits.head()) != 0 && next == Neighbour.READ;
        long count = isHead ? compound.frames(pages, at + size, pfn) : 1;
        PageClass use = use(pages, at, set, isSlab, isHead && compound.hugetlb(pages, at, at + size));
        classes.mark(pfn, count, use);
        boolean spoke = use != PageClass.KERNEL;
        if ((set & bits.hwpoison()) != 0) {
            classes.markUnreadable(pfn, count, PageClass.HWPOISON);
            spoke = true;
        } else if (offline != UNKNOWN && type == offline && !isSlab) {
            classes.markUnreadable(pfn, count, PageClass.OFFLINE);
            spoke = true;
        }
        return spoke ? count : 1;
    }

    private boolean isFree(long set, long type, boolean isSlab) {
        return buddy != UNKNOWN ? type == buddy && !isSlab : (set & bits.buddy()) != 0;
    }

    /** Whether the struct page behind the one asked about was read with it. */
    enum Neighbour {
        READ,
        NOT_READ
    }

    private long free(ByteBuffer pages, int at, long pfn, PageClasses classes) {
        long order = privateData == null ? 0 : privateData.unsigned(pages, at);
        if (order < 0 || order >= orders) {
            classes.warn("WARNING: Invalid free page order: pfn=%x, order=%s, max order=%d"
                    .formatted(pfn, Long.toUnsignedString(order), orders - 1));
            return 1;
        }
        return mark(classes, pfn, 1L << order, PageClass.FREE);
    }

    private static long mark(PageClasses classes, long pfn, long count, PageClass use) {
        classes.mark(pfn, count, use);
        return count;
    }

    private PageClass use(ByteBuffer pages, int at, long set, boolean isSlab, boolean hugetlb) {
        boolean anonymous = (mapping.unsigned(pages, at) & PAGE_MAPPING_ANON) != 0 && !isSlab;
        boolean inSwap = (set & bits.swapcache()) != 0 && (bits.swapbacked() == 0 || (set & bits.swapbacked()) != 0);
        if (((set & bits.lru()) != 0 || inSwap) && !anonymous) {
            return (set & bits.hasPrivate()) != 0 ? PageClass.CACHE_PRIVATE : PageClass.CACHE;
        }
        return anonymous || hugetlb ? PageClass.USER : PageClass.KERNEL;
    }
}
