package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * Where a kernel keeps its struct pages: one array (FLATMEM), one for each node (DISCONTIGMEM, up to 5.13), or one for each section of
 * physical memory (SPARSEMEM, with or without vmemmap). VMCOREINFO of a kernel names one of them only.
 */
final class MemoryModel {
    /** Frames of 4 KiB in 2^52 bytes. */
    private static final long FRAMES_MAX = 1L << 40;

    /** More than any kernel's buddy allocator has. */
    private static final int ORDERS_MAX = 32;

    private MemoryModel() {}

    /**
     * The arrays in order of their frames; frames in none have no struct page.
     *
     * @param limit behind the last frame that is asked about
     */
    static List<MemMap> of(KernelMemory kernel, long limit) {
        VmcoreInfo info = kernel.info();
        if (info.symbol("mem_section").isPresent()) {
            return Sections.of(kernel, limit);
        }
        if (Nodes.haveArrays(info)) {
            return nodes(kernel, limit);
        }
        if (info.symbol("mem_map").isPresent()) {
            return flat(kernel, limit);
        }
        throw new VmcoreException(
                "%s: can't distinguish the memory type: VMCOREINFO has neither SYMBOL(mem_section) nor SYMBOL(mem_map)"
                        .formatted(kernel.image().name()));
    }

    private static List<MemMap> flat(KernelMemory kernel, long limit) {
        long map = kernel.pointer(kernel.symbol("mem_map"));
        if (map == 0) {
            throw new VmcoreException(
                    "%s: the pointer mem_map is 0".formatted(kernel.image().name()));
        }
        long end = Math.min(limit, flatEnd(kernel, limit));
        return List.of(new MemMap(Math.min(firstFrame(kernel), end), end, map));
    }

    /**
     * Behind the last struct page of the one array. Above it a hypervisor's dump may have more, such as firmware below 4 GiB. The
     * array goes on to the end of a block of the buddy allocator's highest order (alloc_node_mem_map in mm/page_alloc.c).
     */
    private static long flatEnd(KernelMemory kernel, long limit) {
        VmcoreInfo info = kernel.info();
        boolean told = info.symbol("contig_page_data").isPresent()
                && info.offset("pglist_data.node_start_pfn").isPresent()
                && info.offset("pglist_data.node_spanned_pages").isPresent()
                && info.length("zone.free_area").isPresent();
        if (!told) {
            return limit;
        }
        long node = kernel.symbol("contig_page_data");
        long start = kernel.pointer(node + kernel.offset("pglist_data.node_start_pfn"));
        long spanned = kernel.pointer(node + kernel.offset("pglist_data.node_spanned_pages"));
        long block = 1L << Math.max(0, kernel.length("zone.free_area", ORDERS_MAX) - 1);
        long end = start + spanned + block - 1 & -block;
        return start >= 0 && spanned > 0 && end > 0 ? end : limit;
    }

    /** The frame of the first struct page (ARCH_PFN_OFFSET): where memory does not begin at 0, the array does not either. */
    private static long firstFrame(KernelMemory kernel) {
        MemoryImage image = kernel.image();
        String told = switch (image.target().elfMachine()) {
            case Target.EM_RISCV -> "phys_ram_base";
            case Target.EM_AARCH64, Target.EM_ARM -> "PHYS_OFFSET";
            default -> "";
        };
        if (told.isEmpty()) {
            return 0;
        }
        long paddr = kernel.info()
                .number(told)
                .orElseGet(() -> image.segments().stream()
                        .mapToLong(Segment::paddr)
                        .min()
                        .orElse(0));
        return paddr >>> image.target().pageShift();
    }

    private static List<MemMap> nodes(KernelMemory kernel, long limit) {
        List<MemMap> maps = new ArrayList<>();
        for (long node : Nodes.online(kernel)) {
            long start = frames(kernel, node, "pglist_data.node_start_pfn");
            long end = Math.min(limit, start + frames(kernel, node, "pglist_data.node_spanned_pages"));
            long map = kernel.pointer(node + kernel.offset("pglist_data.node_mem_map"));
            if (map != 0 && start < end) {
                maps.add(new MemMap(start, end, map));
            }
        }
        maps.sort(Comparator.comparingLong(MemMap::start));
        for (int i = 1; i < maps.size(); i++) {
            if (maps.get(i).start() < maps.get(i - 1).end()) {
                throw new VmcoreException("%s: two nodes have page frame 0x%x"
                        .formatted(kernel.image().name(), maps.get(i).start()));
            }
        }
        return maps;
    }

    private static long frames(KernelMemory kernel, long node, String member) {
        long value = kernel.pointer(node + kernel.offset(member));
        if (value < 0 || value > FRAMES_MAX) {
            throw new VmcoreException("%s: node at %x: %s: 0 to 0x%x expected, 0x%x found"
                    .formatted(kernel.image().name(), node, member, FRAMES_MAX, value));
        }
        return value;
    }
}
