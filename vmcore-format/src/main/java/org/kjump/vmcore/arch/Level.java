package org.kjump.vmcore.arch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One level of page tables.
 *
 * @param name what Linux calls it
 * @param rank 0 for the lowest level, whose entries are pages; 1 for the one above it, and so on
 * @param shift the lowest bit of the virtual address that indexes it: an entry stands for {@code 1 << shift} bytes
 * @param bits how many bits index it
 */
record Level(String name, int rank, int shift, int bits) {
    private static final List<String> NAMES = List.of("PTE", "PMD", "PUD", "P4D");

    /**
     * Levels that lie one on top of the other.
     *
     * @param pageShift log2 of the page size
     * @param bits how many bits index each, from the lowest level up; the last is the PGD
     * @return from the topmost down
     */
    static List<Level> stack(int pageShift, int... bits) {
        List<Level> levels = new ArrayList<>();
        int shift = pageShift;
        for (int rank = 0; rank < bits.length; rank++) {
            String name = rank == bits.length - 1 ? "PGD" : NAMES.get(rank);
            levels.add(new Level(name, rank, shift, bits[rank]));
            shift += bits[rank];
        }
        Collections.reverse(levels);
        return List.copyOf(levels);
    }

    /**
     * Tables as large as a page, as many as {@code addressBits} need; the topmost is only as long as it has to be.
     *
     * @param entryShift log2 of the size of an entry
     */
    static List<Level> pageSized(int pageShift, int entryShift, int addressBits) {
        int perTable = pageShift - entryShift;
        int[] bits = new int[(addressBits - pageShift + perTable - 1) / perTable];
        for (int rank = 0; rank < bits.length; rank++) {
            bits[rank] = Math.min(perTable, addressBits - pageShift - rank * perTable);
        }
        return stack(pageShift, bits);
    }

    boolean isLowest() {
        return rank == 0;
    }

    long index(long vaddr) {
        return vaddr >>> shift & (1L << bits) - 1;
    }
}
