package org.kjump.vmcore.build;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Page tables in a described machine's memory, made as pages are mapped. Not thread-safe. */
public final class PageTables {
    /**
     * A mode of paging.
     *
     * @param topBits how many bits of an address index the topmost table
     * @param shifts the address bit at which each level's index starts, from the top
     */
    public record Mode(EntryEncoding encoding, int topBits, List<Integer> shifts) {
        public static final Mode TWO_LEVELS = new Mode(EntryEncoding.X86_32, 10, List.of(22, 12));
        public static final Mode PAE = new Mode(EntryEncoding.X86, 2, List.of(30, 21, 12));
        public static final Mode FOUR_LEVELS = new Mode(EntryEncoding.X86, 9, List.of(39, 30, 21, 12));
        public static final Mode FIVE_LEVELS = new Mode(EntryEncoding.X86, 9, List.of(48, 39, 30, 21, 12));

        private long entries(int level) {
            return 1L << (level == 0 ? topBits : shifts.get(level - 1) - shifts.get(level));
        }

        private int rank(int level) {
            return shifts.size() - 1 - level;
        }

        private long tableBytes(int level) {
            return Math.max(encoding.leastTable(), entries(level) * encoding.bytes());
        }
    }

    private final Ram ram;
    private final Mode mode;
    private final long root;
    private final Map<Long, Long> below = new HashMap<>();
    private long next;

    /**
     * @param root physical address of the topmost table
     * @param next where the first of the other tables goes; the others follow it
     */
    public PageTables(Ram ram, Mode mode, long root, long next) {
        this.ram = ram;
        this.mode = mode;
        this.root = root;
        this.next = next;
        clear(root, 0);
    }

    private void clear(long table, int level) {
        long empty = mode.encoding.empty(mode.rank(level));
        for (long i = 0; empty != 0 && i < mode.entries(level); i++) {
            set(table + i * mode.encoding.bytes(), empty);
        }
    }

    private void set(long slot, long entry) {
        boolean swapped = !mode.encoding.order(ram.order()).equals(ram.order());
        ram.setUnsigned(slot, mode.encoding.bytes(), swapped ? Long.reverseBytes(entry) : entry);
    }

    /**
     * Maps one page. One that is larger than an entry stands for gets as many entries as it takes.
     *
     * @param size of the page: one that the mode has
     */
    public PageTables map(long vaddr, long paddr, long size) {
        long table = root;
        for (int level = 0; level < mode.shifts.size(); level++) {
            int shift = mode.shifts.get(level);
            long slot = table + (vaddr >>> shift & mode.entries(level) - 1) * mode.encoding.bytes();
            if (size >= 1L << shift) {
                long entry = mode.encoding.leaf(paddr, size, mode.rank(level));
                for (long i = 0; i < size >>> shift; i++) {
                    set(slot + i * mode.encoding.bytes(), entry);
                }
                return this;
            }
            table = below(slot, level);
        }
        throw new IllegalArgumentException("no page of %d bytes in %s".formatted(size, mode));
    }

    private long below(long slot, int level) {
        Long table = below.get(slot);
        if (table != null) {
            return table;
        }
        long bytes = mode.tableBytes(level + 1);
        long fresh = next + bytes - 1 & -bytes;
        next = fresh + bytes;
        clear(fresh, level + 1);
        set(slot, mode.encoding.table(fresh, mode.rank(level)));
        below.put(slot, fresh);
        return fresh;
    }
}
