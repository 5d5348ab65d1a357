package org.kjump.vmcore.kernel;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.arch.Translation;

/**
 * The pages without which the others of a dump are of little use: the kernel's text and static data, and the page tables that lead to
 * them and to all memory that the kernel maps.
 */
public final class UrgentPages {
    /** Variables of the kernel's own image that VMCOREINFO tells of. */
    private static final List<String> IN_IMAGE = List.of(
            "_stext",
            "init_uts_ns",
            "swapper_pg_dir",
            "init_top_pgt",
            "init_level4_pgt",
            "node_online_map",
            "node_data",
            "mem_map",
            "contig_page_data",
            "mem_section",
            "vmap_area_list",
            "log_buf",
            "log_buf_len",
            "prb",
            "clear_seq");

    /** An image is smaller, and what lies further from its text is none of it. */
    private static final long IMAGE_MAX = 256L << 20;
    /** Kernels map themselves in pieces of so much where they can; what lies behind the last variable that is told counts, too. */
    private static final long PIECE = 2L << 20;

    private final KernelMemory kernel;
    /** Page tables, and what VMCOREINFO names: without these nothing else is found. */
    private final PfnSet roots;

    private final PfnSet image;

    private UrgentPages(KernelMemory kernel) {
        this.kernel = kernel;
        this.roots = new PfnSet(kernel.image().pfnLimit());
        this.image = new PfnSet(kernel.image().pfnLimit());
    }

    /**
     * Those of them that can be found, the most urgent first; a page may be in several sets. None if VMCOREINFO tells too little.
     */
    public static List<PfnSet> of(KernelMemory kernel) {
        UrgentPages urgent = new UrgentPages(kernel);
        urgent.named();
        urgent.image();
        urgent.structPages();
        return List.of(urgent.roots, urgent.image);
    }

    private void named() {
        for (String name : IN_IMAGE) {
            kernel.info().symbol(name).ifPresent(vaddr -> add(vaddr, roots));
        }
    }

    private void image() {
        OptionalLong text = kernel.info().symbol("_stext");
        if (text.isEmpty()) {
            return;
        }
        long start = text.getAsLong() & -PIECE;
        long last = IN_IMAGE.stream()
                .flatMapToLong(name -> kernel.info().symbol(name).stream())
                .filter(vaddr -> vaddr - start >= 0 && vaddr - start < IMAGE_MAX)
                .max()
                .orElse(start);
        long pageSize = kernel.image().target().pageSize();
        LongStream.iterate(start, vaddr -> vaddr <= (last | PIECE - 1), vaddr -> vaddr + pageSize)
                .forEach(vaddr -> add(vaddr, image));
    }

    /** Page tables of the array of struct pages: it is the largest thing that readers look up. */
    private void structPages() {
        int size = kernel.info().size("page").isPresent() ? kernel.size("page") : 0;
        if (size == 0) {
            return;
        }
        for (MemMap map : MemoryModel.of(kernel, kernel.image().pfnLimit())) {
            long end = map.vaddr() + (map.end() - map.start()) * size;
            for (long vaddr = map.vaddr(); vaddr - end < 0; vaddr += PIECE) {
                tables(vaddr);
            }
        }
    }

    private void add(long vaddr, PfnSet pages) {
        Translation translation = tables(vaddr);
        if (translation.isMapped()) {
            pages.add(translation.paddr() >> kernel.image().target().pageShift());
        }
    }

    private Translation tables(long vaddr) {
        try {
            Translation translation = kernel.translate(vaddr);
            for (Translation.Step step : translation.steps()) {
                roots.add(step.address() >> kernel.image().target().pageShift());
            }
            return translation;
        } catch (VmcoreException e) {
            // A table that the dump lacks leads nowhere.
            return new Translation(vaddr, -1, List.of());
        }
    }
}
