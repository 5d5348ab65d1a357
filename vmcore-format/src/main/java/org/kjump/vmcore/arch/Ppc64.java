package org.kjump.vmcore.arch;

import java.nio.ByteOrder;
import java.util.List;
import org.kjump.vmcore.KernelVersion;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of ppc64: memory in a linear map that no table knows, struct pages by a list of their own ({@link VmemmapList}), all else by
 * the kernel's tables. The processor knows these only with a radix MMU; with a hashed one they are Linux's own, and have changed.
 *
 * @param vmemmap what {@code vmemmap_list} tells
 * @param tables what they map
 */
record Ppc64(VmemmapList vmemmap, AddressSpace tables) implements AddressSpace {
    /** {@code PAGE_OFFSET}, and where addresses behind the linear map start (asm/book3s/64/radix.h, hash.h). */
    private static final long LINEAR = 0xc000000000000000L;

    private static final long LINEAR_END = 0xc008000000000000L;
    private static final int BITS_64K = 16;
    private static final int RADIX_FEATURE = 0x40;

    /**
     * How many bits index the levels, from the lowest up, from a version of Linux on.
     *
     * @param bits of each level
     */
    private record HashTables(int major, int minor, int... bits) {}

    /** The newest first (PTE_INDEX_SIZE and so on of asm/book3s/64/hash-64k.h and its forerunners). */
    private static final List<HashTables> HASH_64K = List.of(
            new HashTables(4, 17, 8, 10, 10, 8),
            new HashTables(4, 12, 8, 10, 7, 8),
            new HashTables(4, 6, 8, 5, 5, 12),
            new HashTables(3, 10, 8, 10, 12),
            new HashTables(0, 0, 12, 12, 4));

    private static final List<HashTables> HASH_4K =
            List.of(new HashTables(3, 7, 9, 7, 9, 9), new HashTables(0, 0, 9, 7, 7, 9));

    static AddressSpace of(Told told) {
        PhysicalMemory memory = new PhysicalMemory(told.image());
        boolean isRadix = isRadix(told.info(), memory);
        long root = linear(told.symbol("swapper_pg_dir"));
        return new Ppc64(
                VmemmapList.of(told, memory, Ppc64::linear), new PageTableWalk(memory, root, paging(told, isRadix)));
    }

    private static boolean isLinear(long vaddr) {
        return vaddr >= LINEAR && vaddr < LINEAR_END;
    }

    private static long linear(long vaddr) {
        return vaddr & LINEAR_END - LINEAR - 1;
    }

    /** VMCOREINFO says it since 6.9; before, a bit of the processor's features. */
    private static boolean isRadix(VmcoreInfo info, PhysicalMemory memory) {
        if (info.number("RADIX_MMU").isPresent()) {
            return info.number("RADIX_MMU").getAsLong() != 0;
        }
        if (info.symbol("cur_cpu_spec").isEmpty()
                || info.offset("cpu_spec.mmu_features").isEmpty()) {
            return false;
        }
        long spec = memory.unsigned(linear(info.symbol("cur_cpu_spec").getAsLong()), 8);
        long features = linear(spec) + info.offset("cpu_spec.mmu_features").getAsLong();
        return (memory.unsigned(features, 4) & RADIX_FEATURE) != 0;
    }

    private static Paging paging(Told told, boolean isRadix) {
        KernelVersion version = KernelVersion.of(told.image().name(), told.info());
        int pageShift = told.image().target().pageShift();
        int[] bits;
        if (isRadix) {
            bits = pageShift == BITS_64K ? new int[] {5, 9, 9, 13} : new int[] {9, 9, 9, 13};
        } else {
            bits = (pageShift == BITS_64K ? HASH_64K : HASH_4K)
                    .stream()
                            .filter(tables -> !version.isBefore(tables.major, tables.minor))
                            .findFirst()
                            .map(HashTables::bits)
                            .orElseThrow();
        }
        boolean isBigEndian = !version.isBefore(4, 7);
        return new Paging(
                new Paging.Range(Long.SIZE, Paging.Above.ANY),
                8,
                isBigEndian ? ByteOrder.BIG_ENDIAN : told.image().target().order(),
                Level.stack(pageShift, bits),
                format(version, pageShift));
    }

    private static EntryFormat format(KernelVersion version, int pageShift) {
        if (version.isBefore(4, 6)) {
            boolean withPteBit = !version.isBefore(4, 5);
            int frame = pageShift == BITS_64K ? 30 : withPteBit ? 18 : 17;
            return new VirtualEntries(withPteBit ? 2 : 1, frame, pageShift);
        }
        int bits = version.isBefore(4, 11) ? 57 : 53;
        return new Entries((1L << bits) - 1 & -1L << pageShift);
    }

    @Override
    public long paddr(long vaddr) {
        if (isLinear(vaddr)) {
            return linear(vaddr);
        }
        long paddr = vmemmap.paddr(vaddr);
        return paddr != UNMAPPED ? paddr : tables.paddr(vaddr);
    }

    @Override
    public Translation translate(long vaddr) {
        boolean byRule = isLinear(vaddr) || vmemmap.paddr(vaddr) != UNMAPPED;
        return byRule ? Translation.byRule(vaddr, paddr(vaddr)) : tables.translate(vaddr);
    }

    /**
     * Since 4.6, for both kinds of MMU: the topmost bit says present, the next one page (Power ISA 3.0 book III, 5.7.10).
     *
     * @param page the bits of a page's address
     */
    private record Entries(long page) implements EntryFormat {
        private static final long IS_PAGE = 1L << 62;
        private static final long TABLE = 0x3fffffffffffff00L;

        @Override
        public Kind kind(long entry, Level level) {
            if (level.isLowest() || (entry & IS_PAGE) != 0) {
                return entry < 0 ? Kind.PAGE : Kind.ABSENT;
            }
            return entry == 0 ? Kind.ABSENT : Kind.TABLE;
        }

        @Override
        public long table(long entry, Level level) {
            return linear(entry & TABLE);
        }

        @Override
        public long page(long entry, Level level) {
            return entry & page;
        }
    }

    /**
     * Before 4.6: upper levels have addresses of the linear map, the lowest has the frame's number.
     *
     * @param present the bit that says so
     * @param frame the lowest bit of the frame's number
     */
    private record VirtualEntries(int present, int frame, int pageShift) implements EntryFormat {
        @Override
        public Kind kind(long entry, Level level) {
            if (level.isLowest()) {
                return (entry & present) != 0 ? Kind.PAGE : Kind.ABSENT;
            }
            return isLinear(entry)
                    ? Kind.TABLE
                    : Kind.ABSENT; // tables of huge pages have another top bit: not read here
        }

        @Override
        public long table(long entry, Level level) {
            return linear(entry) & -1L << 12;
        }

        @Override
        public long page(long entry, Level level) {
            return entry >>> frame << pageShift;
        }
    }
}
