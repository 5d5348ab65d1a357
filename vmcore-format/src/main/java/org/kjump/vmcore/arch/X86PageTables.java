package org.kjump.vmcore.arch;

import java.util.List;
import org.kjump.vmcore.layout.Memory;

/**
 * The page tables of an x86 processor, as its manual (Intel SDM volume 3, chapter 4) lays them out: a tree of tables, each level
 * indexed by some bits of the address.
 *
 * @param memory physical memory
 * @param root physical address of the topmost table
 * @param addressMask the bits of an entry that are an address
 */
record X86PageTables(Memory memory, long root, Mode mode, long addressMask) implements AddressSpace {
    private static final int PRESENT = 1;
    private static final int LARGE = 0x80;

    /**
     * One level of tables.
     *
     * @param shift the lowest bit of the address that indexes it
     * @param bits how many bits do
     */
    private record Level(int shift, int bits, Leaf leaf) {}

    private enum Leaf {
        NEVER,
        IF_LARGE,
        /** Large with bits 32 to 39 of the address in bits 13 to 20 of the entry. */
        PSE36,
        ALWAYS
    }

    private static final Level PUD = new Level(30, 9, Leaf.IF_LARGE);
    private static final Level PMD = new Level(21, 9, Leaf.IF_LARGE);
    private static final Level PAGES = new Level(12, 9, Leaf.ALWAYS);
    private static final Level PAGES_OF_1024 = new Level(12, 10, Leaf.ALWAYS);

    /**
     * A mode of paging.
     *
     * @param entryBytes size of an entry
     * @param levels from the topmost down
     */
    record Mode(int entryBytes, List<Level> levels) {
        static final Mode TWO_LEVELS = new Mode(4, List.of(new Level(22, 10, Leaf.PSE36), PAGES_OF_1024));
        static final Mode PAE = new Mode(8, List.of(new Level(30, 2, Leaf.NEVER), PMD, PAGES));
        static final Mode FOUR_LEVELS = new Mode(8, List.of(new Level(39, 9, Leaf.NEVER), PUD, PMD, PAGES));
        static final Mode FIVE_LEVELS =
                new Mode(8, List.of(new Level(48, 9, Leaf.NEVER), new Level(39, 9, Leaf.NEVER), PUD, PMD, PAGES));
    }

    @Override
    public long paddr(long vaddr) {
        long table = root;
        for (Level level : mode.levels()) {
            long index = vaddr >>> level.shift & (1L << level.bits) - 1;
            long entry = memory.unsigned(table + index * mode.entryBytes(), mode.entryBytes());
            if ((entry & PRESENT) == 0) {
                return UNMAPPED;
            }
            if (level.leaf == Leaf.ALWAYS || level.leaf != Leaf.NEVER && (entry & LARGE) != 0) {
                long within = (1L << level.shift) - 1;
                long high = level.leaf == Leaf.PSE36 ? (entry >> 13 & 0xff) << 32 : 0;
                return high | entry & addressMask & ~within | vaddr & within;
            }
            table = entry & addressMask;
        }
        throw new IllegalStateException("the last level of " + mode + " has no leaves");
    }
}
