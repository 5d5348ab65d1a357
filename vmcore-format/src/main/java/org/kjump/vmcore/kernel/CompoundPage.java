package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.kjump.vmcore.KernelVersion;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.layout.Field;

/**
 * How a compound page tells its order and whether it is a hugetlb page. Kernels have changed the place six times; which place
 * it is, VMCOREINFO tells by the names it has (makedumpfile 1.7.2 to 1.7.8 ask in this order).
 */
sealed interface CompoundPage {
    /** How many frames the page has whose second struct page is at {@code second}; 1 for an order that cannot be. */
    default long frames(ByteBuffer pages, int second, long pfn) {
        long order = order(pages, second);
        return order >= 0 && order < 63 && (pfn & (1L << order) - 1) == 0 ? 1L << order : 1;
    }

    long order(ByteBuffer pages, int second);

    /**
     * @param head index of the first struct page
     * @param second index of the second
     */
    boolean hugetlb(ByteBuffer pages, int head, int second);

    static CompoundPage of(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        int word = kernel.image().target().wordBytes();
        Field flags = kernel.pageMember("flags", kernel.offset("page.flags"), word);
        OptionalLong type = info.number("PAGE_HUGETLB_MAPCOUNT_VALUE");
        if (type.isPresent()) {
            return new OrderInFlags(
                    flags,
                    kernel.pageMember("_mapcount", kernel.offset("page._mapcount"), 4),
                    type.getAsLong() & 0xffffffffL);
        }
        OptionalLong bit = info.number("PG_hugetlb");
        if (bit.isPresent()) {
            return new FlagsOnly(flags, 1L << bit.getAsLong());
        }
        long dtor = info.number("HUGETLB_PAGE_DTOR").orElse(-1);
        if (info.offset("folio._folio_order").isPresent()) {
            // Members of the folio's second page are told from the start of the first.
            int size = kernel.size("page");
            return new DestructorId(
                    kernel.pageMember("_folio_order", Math.max(0, kernel.offset("folio._folio_order") - size), 1),
                    kernel.pageMember("_folio_dtor", Math.max(0, kernel.offset("folio._folio_dtor") - size), 1),
                    dtor);
        }
        if (info.offset("page.compound_order").isPresent()) {
            int order = kernel.offset("page.compound_order");
            boolean withDtor = info.offset("page.compound_dtor").isPresent();
            int id = withDtor ? kernel.offset("page.compound_dtor") : order;
            // Bytes since 4.16, words of 16 bit before: they lie side by side.
            boolean isByte = withDtor
                    ? order - id == 1
                    : !KernelVersion.of(kernel.image().name(), info).isBefore(4, 16);
            int width = isByte ? 1 : 2;
            return new DestructorId(
                    kernel.pageMember("compound_order", order, width),
                    kernel.pageMember("compound_dtor", id, width),
                    dtor);
        }
        if (KernelVersion.of(kernel.image().name(), info).isBefore(4, 4)) {
            int lru = kernel.offset("page.lru");
            return new SecondPagesLru(
                    kernel.pageMember("lru.prev", lru + kernel.offset("list_head.prev"), 2),
                    kernel.pageMember("lru.next", lru + kernel.offset("list_head.next"), word),
                    info.symbol("free_huge_page"));
        }
        return new Unknown();
    }

    /** 6.9 and later: the order in the second page's flags, the type in the first's _mapcount. */
    record OrderInFlags(Field flags, Field mapcount, long type) implements CompoundPage {
        @Override
        public long order(ByteBuffer pages, int second) {
            return flags.unsigned(pages, second) & 0xff;
        }

        @Override
        public boolean hugetlb(ByteBuffer pages, int head, int second) {
            return mapcount.unsigned(pages, head) == type;
        }
    }

    /** 6.6 to 6.8: both in the second page's flags. */
    record FlagsOnly(Field flags, long hugetlbBit) implements CompoundPage {
        @Override
        public long order(ByteBuffer pages, int second) {
            return flags.unsigned(pages, second) & 0xff;
        }

        @Override
        public boolean hugetlb(ByteBuffer pages, int head, int second) {
            return (flags.unsigned(pages, second) & hugetlbBit) != 0;
        }
    }

    /** 4.4 to 6.5: members of their own in the second page; the destructor's number tells hugetlb. */
    record DestructorId(Field orderField, Field dtor, long hugetlbId) implements CompoundPage {
        @Override
        public long order(ByteBuffer pages, int second) {
            return orderField.unsigned(pages, second);
        }

        @Override
        public boolean hugetlb(ByteBuffer pages, int head, int second) {
            return hugetlbId >= 0 && dtor.unsigned(pages, second) == hugetlbId;
        }
    }

    /** Before 4.4: in the links of the second page, which is on no list; the destructor's address tells hugetlb, from 3.17 on. */
    record SecondPagesLru(Field previous, Field next, OptionalLong freeHugePage) implements CompoundPage {
        @Override
        public long order(ByteBuffer pages, int second) {
            return previous.unsigned(pages, second);
        }

        @Override
        public boolean hugetlb(ByteBuffer pages, int head, int second) {
            return freeHugePage.isPresent() && next.unsigned(pages, second) == freeHugePage.getAsLong();
        }
    }

    /** 4.4 and 4.5, which do not tell: each page is taken for itself. */
    record Unknown() implements CompoundPage {
        @Override
        public long order(ByteBuffer pages, int second) {
            return 0;
        }

        @Override
        public boolean hugetlb(ByteBuffer pages, int head, int second) {
            return false;
        }
    }
}
