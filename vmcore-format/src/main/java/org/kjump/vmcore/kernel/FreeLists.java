package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.layout.Field;

/**
 * The buddy allocator's lists of free blocks: for each zone of each node, each order and each migrate type (mm/page_alloc.c). The
 * rest of a list that is broken is left alone, with a warning: to keep a free page costs space, to drop a used one costs data.
 */
final class FreeLists {
    private static final int ZONES_MAX = 16;

    private final KernelMemory kernel;
    private final List<MemMap> maps;
    private final PfnSet free;
    private final List<String> warnings = new ArrayList<>();
    private final int pageSize;
    private final int lru;
    private final int next;
    private final int previous;

    /**
     * What the lists have.
     *
     * @param warnings what is wrong with them, a line each
     */
    record Found(PfnSet pages, List<String> warnings) {}

    /** @param limit one more than the highest frame that has a struct page */
    FreeLists(KernelMemory kernel, List<MemMap> maps, long limit) {
        this.kernel = kernel;
        this.maps = maps;
        this.free = new PfnSet(limit);
        this.pageSize = kernel.size("page");
        this.lru = kernel.offset("page.lru");
        this.next = kernel.offset("list_head.next");
        this.previous = kernel.offset("list_head.prev");
    }

    Found find() {
        Nodes.online(kernel).forEach(this::node);
        return new Found(free, List.copyOf(warnings));
    }

    private void node(long node) {
        Field nrZones = new Field("nr_zones", kernel.offset("pglist_data.nr_zones"), 4);
        long zones = kernel.unsigned(node + nrZones.offset(), nrZones.length());
        int orders = kernel.length("zone.free_area", 63);
        int types =
                kernel.info().length("free_area.free_list").isPresent() ? kernel.length("free_area.free_list", 64) : 1;
        if (zones > ZONES_MAX) {
            throw new VmcoreException("%s: node at %x: at most %d zones expected, %d found"
                    .formatted(kernel.image().name(), node, ZONES_MAX, zones));
        }
        for (int i = 0; i < zones; i++) {
            long zone = node + kernel.offset("pglist_data.node_zones") + (long) i * kernel.size("zone");
            if (kernel.pointer(zone + kernel.offset("zone.spanned_pages")) == 0) {
                continue;
            }
            for (int order = orders - 1; order >= 0; order--) {
                long area = zone + kernel.offset("zone.free_area") + (long) order * kernel.size("free_area");
                for (int type = 0; type < types; type++) {
                    long head = area + kernel.offset("free_area.free_list") + (long) type * kernel.size("list_head");
                    list(head, order);
                }
            }
        }
    }

    private void list(long head, int order) {
        long limit = kernel.image().pfnLimit();
        long from = head;
        try {
            long node = kernel.pointer(head + next);
            for (long blocks = 0; node != head; blocks++) {
                long pfn = MemMap.pfn(maps, node - lru, pageSize);
                boolean linked = kernel.pointer(node + previous) == from;
                if (blocks > limit || pfn < 0 || (pfn & (1L << order) - 1) != 0 || !linked) {
                    warn(head, order, "broken at node %x".formatted(node));
                    return;
                }
                free.add(pfn, pfn + (1L << order));
                from = node;
                node = kernel.pointer(node + next);
            }
        } catch (VmcoreException e) {
            warn(head, order, String.valueOf(e.getMessage()));
        }
    }

    private void warn(long head, int order, String what) {
        warnings.add("WARNING: The free list is broken: order %d at %x: %s: its other pages are kept"
                .formatted(order, head, what));
    }
}
