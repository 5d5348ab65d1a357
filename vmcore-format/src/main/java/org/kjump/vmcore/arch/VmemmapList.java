package org.kjump.vmcore.arch;

import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.layout.Memory;

/**
 * Where ppc64 keeps its struct pages: with a hashed MMU no table of the kernel's maps them, but a list names each page (struct
 * vmemmap_backing of arch/powerpc/mm/init_64.c).
 *
 * @param pages virtual to physical address
 * @param size of each
 */
record VmemmapList(NavigableMap<Long, Long> pages, long size) implements AddressSpace {
    /** 2^24 pages of 64 KiB, the smallest that such a kernel uses, hold the struct pages of 2^50 bytes. */
    private static final int PAGES_MAX = 1 << 24;

    private static final int SHIFT_MAX = 34;
    private static final VmemmapList EMPTY = new VmemmapList(new TreeMap<>(), 0);

    /** @param linear physical addresses of those in the linear map */
    static VmemmapList of(Told told, Memory memory, LongUnaryOperator linear) {
        VmcoreInfo info = told.info();
        OptionalLong list = info.symbol("vmemmap_list");
        if (list.isEmpty()) {
            return EMPTY;
        }
        long next = memory.unsigned(linear.applyAsLong(list.getAsLong()), 8);
        if (next == 0) {
            return EMPTY; // a radix MMU: tables map them
        }
        long virtual = offset(told, "vmemmap_backing.virt_addr");
        long physical = offset(told, "vmemmap_backing.phys");
        long link = offset(told, "vmemmap_backing.list");
        NavigableMap<Long, Long> pages = new TreeMap<>();
        Set<Long> seen = new HashSet<>();
        while (next != 0 && seen.add(next) && seen.size() <= PAGES_MAX) {
            long backing = linear.applyAsLong(next);
            pages.putIfAbsent(memory.unsigned(backing + virtual, 8), memory.unsigned(backing + physical, 8));
            next = memory.unsigned(backing + link, 8);
        }
        return new VmemmapList(pages, size(told, memory, linear));
    }

    private static long size(Told told, Memory memory, LongUnaryOperator linear) {
        long which = memory.unsigned(linear.applyAsLong(told.symbol("mmu_vmemmap_psize")), 4);
        long entry = told.info().size("mmu_psize_def").orElse(0);
        long definitions = linear.applyAsLong(told.symbol("mmu_psize_defs"));
        long shift = memory.unsigned(definitions + which * entry + offset(told, "mmu_psize_def.shift"), 4);
        if (shift < 12 || shift > SHIFT_MAX) {
            throw told.bad("shift of mmu_psize_defs[" + which + "]", shift, "12 to " + SHIFT_MAX);
        }
        return 1L << shift;
    }

    private static long offset(Told told, String member) {
        OptionalLong offset = told.info().offset(member);
        if (offset.isEmpty() || offset.getAsLong() < 0 || offset.getAsLong() > 1 << 20) {
            throw told.bad("OFFSET(" + member + ")", offset.orElse(-1), "0 to " + (1 << 20));
        }
        return offset.getAsLong();
    }

    @Override
    public long paddr(long vaddr) {
        Map.Entry<Long, Long> page = pages.floorEntry(vaddr);
        boolean isIn = page != null && vaddr - page.getKey() >= 0 && vaddr - page.getKey() < size;
        return isIn ? page.getValue() + (vaddr - page.getKey()) : UNMAPPED;
    }
}
