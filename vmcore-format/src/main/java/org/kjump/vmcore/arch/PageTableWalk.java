package org.kjump.vmcore.arch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.layout.Memory;

/**
 * Page tables in memory. A walk looks into one table for each level, whatever the entries say, so that it always ends.
 *
 * @param memory physical memory
 * @param root physical address of the topmost table
 */
record PageTableWalk(Memory memory, long root, Paging paging) implements AddressSpace {
    private interface Steps {
        void step(Level level, long address, long entry);
    }

    private static final Steps NOT_ASKED = (level, address, entry) -> {};

    /**
     * The tables of a kernel that may be in several places. A kernel's image is in its own address space: in the right place the
     * tables map the root's virtual address to where the root was found. If none does so, the first place is as good as any.
     *
     * @param vaddr virtual address of the topmost table
     * @param candidates most likely first; at least one
     */
    static PageTableWalk choose(long vaddr, List<PageTableWalk> candidates) {
        return candidates.stream()
                .filter(walk -> walk.mapsItself(vaddr))
                .findFirst()
                .orElse(candidates.get(0));
    }

    /** The same tables in several places. */
    static Stream<PageTableWalk> at(Memory memory, Paging paging, long... roots) {
        return Arrays.stream(roots).mapToObj(root -> new PageTableWalk(memory, root, paging));
    }

    boolean mapsItself(long vaddr) {
        try {
            return paddr(vaddr) == root;
        } catch (VmcoreException e) {
            return false; // a table that is not in the dump
        }
    }

    @Override
    public long paddr(long vaddr) {
        return walk(vaddr, NOT_ASKED);
    }

    @Override
    public Translation translate(long vaddr) {
        List<Translation.Step> steps = new ArrayList<>();
        long paddr =
                walk(vaddr, (level, address, entry) -> steps.add(new Translation.Step(level.name(), address, entry)));
        return new Translation(vaddr, paddr, steps);
    }

    private long walk(long vaddr, Steps steps) {
        if (!paging.range().has(vaddr)) {
            return UNMAPPED;
        }
        EntryFormat format = paging.format();
        long table = root;
        long above = 0;
        boolean isRoot = true;
        for (Level level : paging.levels()) {
            long index = level.index(vaddr);
            if (!isRoot && !format.reaches(above, index)) {
                return UNMAPPED;
            }
            long address = table + index * paging.entryBytes();
            long entry = entry(address);
            steps.step(level, address, entry);
            switch (format.kind(entry, level)) {
                case ABSENT -> {
                    return UNMAPPED;
                }
                case PAGE -> {
                    long within = (1L << format.pageShift(entry, level)) - 1;
                    return format.page(entry, level) & ~within | vaddr & within;
                }
                case TABLE -> table = format.table(entry, level);
            }
            above = entry;
            isRoot = false;
        }
        return UNMAPPED; // an entry of the lowest level that maps no page
    }

    private long entry(long address) {
        long entry = memory.unsigned(address, paging.entryBytes());
        if (paging.order().equals(memory.order())) {
            return entry;
        }
        return paging.entryBytes() == Long.BYTES
                ? Long.reverseBytes(entry)
                : Integer.toUnsignedLong(Integer.reverseBytes((int) entry));
    }
}
