package org.kjump.vmcore.build;

import java.util.List;
import org.kjump.vmcore.layout.Struct;
import org.kjump.vmcore.layout.StructLayout;

/**
 * How kernels from a version on say in a struct page what the page is: page types in {@code _mapcount}, and the order and kind of a
 * compound page (the kernel's include/linux/page-flags.h and mm_types.h). Flag numbers are the same in all: VMCOREINFO names them.
 *
 * @param release the first version
 * @param buddy _mapcount of a free block's first page
 * @param types the types that VMCOREINFO tells besides
 */
public record Generation(String release, long buddy, Types types, Compound compound) {
    public static final long LRU = 1L << 4;
    public static final long SLAB = 1L << 9;
    public static final long SWAPCACHE = 1L << 10;
    public static final long PRIVATE = 1L << 13;
    public static final long HEAD = 1L << 16;
    public static final long SWAPBACKED = 1L << 19;
    public static final long HWPOISON = 1L << 22;

    /** Where the kernel's text has the destructor of huge pages. */
    private static final long FREE_HUGE_PAGE = 0xffffffff81190000L;

    /** Bits of {@code mapping} that say anonymous. */
    public static final long ANON = 1;

    /** The struct page of x86_64 that all generations here have, with what is told of it. */
    private static StructLayout.Builder page() {
        return StructLayout.named("page")
                .u64("flags", 0)
                .u64("lru", 8)
                .u64("compound_head", 8)
                .u64("mapping", 24)
                .u64("private", 40)
                .u32("_mapcount", 48)
                .u32("_refcount", 52);
    }

    /** The types that a kernel exports; 0 for one that it does not have. */
    public record Types(long offline, long slab, long hugetlb, long unaccepted) {
        private static final Types NONE = new Types(0, 0, 0, 0);
        private static final Types SINCE_5_1 = new Types(-257, 0, 0, 0);

        private void describe(VmcoreInfoText info) {
            number(info, "PAGE_OFFLINE_MAPCOUNT_VALUE", offline);
            number(info, "PAGE_SLAB_MAPCOUNT_VALUE", slab);
            number(info, "PAGE_HUGETLB_MAPCOUNT_VALUE", hugetlb);
            number(info, "PAGE_UNACCEPTED_MAPCOUNT_VALUE", unaccepted);
        }

        private static void number(VmcoreInfoText info, String name, long value) {
            if (value != 0) {
                info.number(name, value);
            }
        }
    }

    /** What kind of compound page. */
    public enum Kind {
        THP,
        HUGETLB
    }

    /** Where a compound page says its order and kind. */
    public enum Compound {
        /** 3.9 to 3.16: as {@link #LINKS}, but nobody tells which destructor is that of huge pages. */
        UNNAMED_LINKS {
            @Override
            StructLayout layout() {
                return LINKS.layout();
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.offset("list_head.next", 0).offset("list_head.prev", 8).size("list_head", 16);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                LINKS.mark(head, second, order, kind, hugetlb);
            }
        },
        /** Before 4.4: the second page's links; hugetlb by the address of its destructor. */
        LINKS {
            @Override
            StructLayout layout() {
                return StructLayout.named("page")
                        .u64("flags", 0)
                        .u64("mapping", 8)
                        .u32("_mapcount", 24)
                        .u32("_count", 28)
                        .u64("lru", 32)
                        .u64("lru.prev", 40)
                        .u64("private", 48)
                        .size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.offset("list_head.next", 0)
                        .offset("list_head.prev", 8)
                        .size("list_head", 16)
                        .symbol("free_huge_page", FREE_HUGE_PAGE);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                second.set("lru", kind == Kind.HUGETLB ? FREE_HUGE_PAGE : FREE_HUGE_PAGE + 0x100);
                second.set("lru.prev", order);
            }
        },
        /** 4.4 and 4.5: members of their own, which VMCOREINFO does not tell yet. */
        UNTOLD {
            @Override
            StructLayout layout() {
                return StructLayout.named("page")
                        .u64("flags", 0)
                        .u64("mapping", 8)
                        .u32("_mapcount", 24)
                        .u32("_count", 28)
                        .u64("lru", 32)
                        .u64("private", 48)
                        .size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.offset("list_head.next", 0).offset("list_head.prev", 8).size("list_head", 16);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {}
        },
        /** 4.6 to 4.15: two words of 16 bit. */
        WORDS {
            @Override
            StructLayout layout() {
                return page().u16("compound_dtor", 16).u16("compound_order", 18).size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.number("HUGETLB_PAGE_DTOR", 2);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                second.set("compound_dtor", kind == Kind.HUGETLB ? 2 : 3);
                second.set("compound_order", order);
            }
        },
        /** 4.16 to 6.2: two bytes. */
        BYTES {
            @Override
            StructLayout layout() {
                return page().u8("compound_dtor", 16).u8("compound_order", 17).size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.number("HUGETLB_PAGE_DTOR", 2);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                second.set("compound_dtor", kind == Kind.HUGETLB ? 2 : 3);
                second.set("compound_order", order);
            }
        },
        /** 6.3 to 6.5: the same bytes, told as members of struct folio. */
        FOLIO {
            @Override
            StructLayout layout() {
                return page().size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.offset("folio._folio_dtor", 64 + 16)
                        .offset("folio._folio_order", 64 + 17)
                        .number("HUGETLB_PAGE_DTOR", 2);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                BYTES.layout().at(second.memory(), second.address()).set("compound_dtor", kind == Kind.HUGETLB ? 2 : 3);
                BYTES.layout().at(second.memory(), second.address()).set("compound_order", order);
            }
        },
        /** 6.6 to 6.8: order and PG_hugetlb in the second page's flags. */
        FLAGS {
            @Override
            StructLayout layout() {
                return page().size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {
                info.number("PG_hugetlb", 8);
            }

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                second.set("flags", order | (kind == Kind.HUGETLB ? 1 << 8 : 0));
            }
        },
        /** 6.9 and later: the order there, and hugetlb as a page type. */
        TYPED {
            @Override
            StructLayout layout() {
                return page().size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {}

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                second.set("flags", order);
                if (kind == Kind.HUGETLB) {
                    head.set("_mapcount", hugetlb);
                }
            }
        },
        /** 7.1 and later: tails have compound_info, not compound_head. */
        TYPED_INFO {
            @Override
            StructLayout layout() {
                return StructLayout.named("page")
                        .u64("flags", 0)
                        .u64("lru", 8)
                        .u64("compound_info", 8)
                        .u64("mapping", 24)
                        .u64("private", 40)
                        .u32("_mapcount", 48)
                        .u32("_refcount", 52)
                        .size(64);
            }

            @Override
            void describe(VmcoreInfoText info) {}

            @Override
            void mark(Struct head, Struct second, int order, Kind kind, long hugetlb) {
                TYPED.mark(head, second, order, kind, hugetlb);
            }
        };

        abstract StructLayout layout();

        abstract void describe(VmcoreInfoText info);

        abstract void mark(Struct head, Struct second, int order, Kind kind, long hugetlb);
    }

    public static final Generation SINCE_3_9 = new Generation("3.9.0", -128, Types.NONE, Compound.UNNAMED_LINKS);
    public static final Generation SINCE_3_17 = new Generation("3.17.0", -128, Types.NONE, Compound.LINKS);
    public static final Generation SINCE_4_4 = new Generation("4.4.0", -128, Types.NONE, Compound.UNTOLD);
    public static final Generation SINCE_4_6 = new Generation("4.6.0", -128, Types.NONE, Compound.WORDS);
    public static final Generation SINCE_4_16 = new Generation("4.16.0", -128, Types.NONE, Compound.BYTES);
    public static final Generation SINCE_4_18 = new Generation("4.18.0", -129, Types.NONE, Compound.BYTES);
    public static final Generation SINCE_5_1 = new Generation("5.10.0", -129, Types.SINCE_5_1, Compound.BYTES);
    public static final Generation SINCE_6_3 = new Generation("6.3.0", -129, Types.SINCE_5_1, Compound.FOLIO);
    public static final Generation SINCE_6_6 = new Generation("6.6.0", -129, Types.SINCE_5_1, Compound.FLAGS);
    public static final Generation SINCE_6_9 =
            new Generation("6.9.0", -129, new Types(-257, 0, ~0x800L, 0), Compound.TYPED);
    public static final Generation SINCE_6_10 =
            new Generation("6.10.0", -129, new Types(-257, ~0x1000L, ~0x800L, 0), Compound.TYPED);
    public static final Generation SINCE_6_11 = new Generation(
            "6.11.0", ~0x40000000L, new Types(~0x20000000L, ~0x02000000L, ~0x04000000L, 0), Compound.TYPED);
    /** One type in the topmost byte; some of these kernels print the numbers as negative ones. */
    public static final Generation SINCE_6_12 = new Generation(
            "6.12.0",
            (int) 0xf0000000L,
            new Types((int) 0xf1000000L, (int) 0xf5000000L, (int) 0xf4000000L, 0),
            Compound.TYPED);

    public static final Generation SINCE_6_16 = new Generation(
            "6.16.0", 0xf0000000L, new Types(0xf1000000L, 0xf5000000L, 0xf4000000L, 0xf7000000L), Compound.TYPED);

    /** As 7.2 of Debian tells them: with a sign. */
    public static final Generation SINCE_7_1 = new Generation(
            "7.1.0", -268435456, new Types(-251658240, -184549376, -201326592, -150994944), Compound.TYPED_INFO);

    /** Those that tell all of compound pages. */
    public static final List<Generation> ALL = List.of(
            SINCE_3_17,
            SINCE_4_6,
            SINCE_4_16,
            SINCE_4_18,
            SINCE_5_1,
            SINCE_6_3,
            SINCE_6_6,
            SINCE_6_9,
            SINCE_6_10,
            SINCE_6_11,
            SINCE_6_12,
            SINCE_6_16,
            SINCE_7_1);

    @Override
    public String toString() {
        return release;
    }

    /** The layout of its struct page. */
    public StructLayout layout() {
        return compound.layout();
    }

    /** Tells what VMCOREINFO of such a kernel does. */
    public void describe(VmcoreInfoText info) {
        info.struct(layout())
                .number("PG_lru", 4)
                .number("PG_private", 13)
                .number("PG_swapcache", 10)
                .number("PG_swapbacked", 19)
                .number("PG_hwpoison", 22)
                .number("PG_head_mask", HEAD)
                .number("PAGE_BUDDY_MAPCOUNT_VALUE", buddy)
                .length("zone.free_area", 11);
        if (types.slab() == 0) {
            info.number("PG_slab", 9);
        }
        types.describe(info);
        compound.describe(info);
    }

    /** Makes the page at {@code head} and those behind it a compound page. */
    public void compound(KernelMemoryBuilder kernel, long head, int order, Kind kind) {
        kernel.page(head).set("flags", kernel.page(head).get("flags") | HEAD);
        for (long tail = head + 1; tail < head + (1L << order); tail++) {
            for (String member : List.of("compound_head", "compound_info")) {
                if (layout().find(member).isPresent()) {
                    kernel.page(tail).set(member, kernel.pageVaddr(head) | 1);
                }
            }
        }
        compound.mark(kernel.page(head), kernel.page(head + 1), order, kind, types.hugetlb());
    }

    /** Makes the page a slab's. */
    public void slab(Struct page) {
        if (types.slab() == 0) {
            page.set("flags", SLAB);
        } else {
            page.set("_mapcount", types.slab());
        }
    }
}
