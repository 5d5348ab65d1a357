package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * Where a kernel keeps its struct pages: one array (FLATMEM), or one for each section of physical memory (SPARSEMEM, with or
 * without vmemmap). VMCOREINFO names {@code mem_section} or {@code mem_map}, never both.
 */
final class MemoryModel {
    /** {@code section_mem_map} has flags in its low bits; 6.x kernels use up to five (include/linux/mmzone.h). */
    private static final long SECTION_FLAGS = 0x1f;

    private static final long SECTION_PRESENT = 1;
    /** 2^49 bytes in sections of x86_64. */
    private static final int SECTIONS_MAX = 1 << 22;

    /** More than any kernel's buddy allocator has. */
    private static final int ORDERS_MAX = 32;

    private final KernelMemory kernel;
    private final long limit;

    private MemoryModel(KernelMemory kernel, long limit) {
        this.kernel = kernel;
        this.limit = limit;
    }

    /**
     * The arrays in order of their frames; frames in none have no struct page.
     *
     * @param limit behind the last frame that is asked about
     */
    static List<MemMap> of(KernelMemory kernel, long limit) {
        MemoryModel model = new MemoryModel(kernel, limit);
        if (kernel.info().symbol("mem_section").isPresent()) {
            return model.sparse();
        }
        if (kernel.info().symbol("mem_map").isPresent()) {
            return model.flat();
        }
        throw new VmcoreException(
                "%s: can't distinguish the memory type: VMCOREINFO has neither SYMBOL(mem_section) nor SYMBOL(mem_map)"
                        .formatted(kernel.image().name()));
    }

    private List<MemMap> flat() {
        long map = kernel.pointer(kernel.symbol("mem_map"));
        if (map == 0) {
            throw new VmcoreException(
                    "%s: the pointer mem_map is 0".formatted(kernel.image().name()));
        }
        return List.of(new MemMap(0, Math.min(limit, flatEnd()), map));
    }

    /**
     * Behind the last struct page of the one array. Above it a hypervisor's dump may have more, such as firmware below 4 GiB. The
     * array goes on to the end of a block of the buddy allocator's highest order (alloc_node_mem_map in mm/page_alloc.c).
     */
    private long flatEnd() {
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

    private List<MemMap> sparse() {
        long symbol = kernel.symbol("mem_section");
        List<MemMap> maps = sections(symbol);
        if (maps.isEmpty()) {
            // Since 4.15 mem_section is a pointer; VMCOREINFO names what it points to, a vmlinux the pointer.
            maps = sections(kernel.pointer(symbol));
        }
        if (maps.isEmpty()) {
            throw new VmcoreException("%s: could not validate mem_section at %x: no section has a mem_map"
                    .formatted(kernel.image().name(), symbol));
        }
        return maps;
    }

    private List<MemMap> sections(long table) {
        int size = kernel.size("mem_section");
        int perRoot = kernel.image().target().pageSize() / size;
        SectionBits bits = SectionBits.of(kernel, perRoot);
        int shift = bits.section() - kernel.image().target().pageShift();
        long sections = limit + (1L << shift) - 1 >> shift;
        if (sections > SECTIONS_MAX) {
            throw new VmcoreException(
                    "%s: page frames up to 0x%x in sections of 2^%d bytes: at most %d sections expected"
                            .formatted(kernel.image().name(), limit, bits.section(), SECTIONS_MAX));
        }
        OptionalLong length = kernel.info().length("mem_section");
        boolean extreme = perRoot > 0 && (length.isEmpty() || bits.inRoots(length.getAsLong(), perRoot));
        List<MemMap> maps = new ArrayList<>();
        for (int section = 0; section < sections; section++) {
            long struct = extreme ? inRoot(table, section, perRoot, size) : table + (long) section * size;
            long map = struct == 0 ? 0 : memMap(struct, section, shift);
            if (map != 0) {
                long start = (long) section << shift;
                maps.add(new MemMap(start, Math.min(limit, start + (1L << shift)), map));
            }
        }
        return maps;
    }

    /** SPARSEMEM_EXTREME: pointers to pages of sections. */
    private long inRoot(long table, int section, int perRoot, int size) {
        int word = kernel.image().target().wordBytes();
        long root = kernel.pointer(table + (long) (section / perRoot) * word);
        return root == 0 ? 0 : root + (long) (section % perRoot) * size;
    }

    /** The struct pages of a section: the kernel keeps their address minus that of the section's first frame. */
    private long memMap(long struct, int section, int shift) {
        long value = kernel.pointer(struct + kernel.offset("mem_section.section_mem_map"));
        return (value & SECTION_PRESENT) == 0
                ? 0
                : (value & ~SECTION_FLAGS) + ((long) section << shift) * kernel.size("page");
    }
}
