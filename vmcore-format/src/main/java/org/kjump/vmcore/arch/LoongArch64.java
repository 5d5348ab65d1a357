package org.kjump.vmcore.arch;

/**
 * A kernel of loongarch64: memory through windows that no table knows (0x8000… to 0xbfff…: uncached, cached, write-combining), what
 * lies above through {@code swapper_pg_dir}.
 *
 * @param tables what they map
 */
record LoongArch64(AddressSpace tables) implements AddressSpace {
    /** The windows' addresses have 48 bits of physical address (LoongArch Reference Manual, 5.2.1). */
    private static final long WINDOW = (1L << 48) - 1;

    static AddressSpace of(Told told) {
        int pageShift = told.image().target().pageShift();
        int bits = pageShift - 3;
        Paging paging = Paging.littleEndian(
                new Paging.Range(62, Paging.Above.ONES),
                8,
                Level.stack(pageShift, bits, bits, bits),
                new Entries(WINDOW & -1L << pageShift));
        long root = told.symbol("swapper_pg_dir") & WINDOW;
        return new LoongArch64(new PageTableWalk(new PhysicalMemory(told.image()), root, paging));
    }

    private static boolean isWindow(long vaddr) {
        return vaddr >>> 62 == 2;
    }

    @Override
    public long paddr(long vaddr) {
        return isWindow(vaddr) ? vaddr & WINDOW : tables.paddr(vaddr);
    }

    @Override
    public Translation translate(long vaddr) {
        return isWindow(vaddr) ? Translation.byRule(vaddr, vaddr & WINDOW) : tables.translate(vaddr);
    }

    /** Entries of upper levels are addresses in a window, and never empty: what maps nothing leads to a table of absent pages. */
    private record Entries(long address) implements EntryFormat {
        private static final int HUGE = 1 << 6;
        private static final int PRESENT = 1 << 7;

        @Override
        public Kind kind(long entry, Level level) {
            if (level.isLowest() || level.rank() == 1 && (entry & HUGE) != 0) {
                return (entry & PRESENT) != 0 ? Kind.PAGE : Kind.ABSENT;
            }
            return entry == 0 ? Kind.ABSENT : Kind.TABLE;
        }

        @Override
        public long table(long entry, Level level) {
            return entry & address;
        }

        @Override
        public long page(long entry, Level level) {
            return entry & address;
        }
    }
}
