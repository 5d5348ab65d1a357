package org.kjump.linux.mm;

import java.util.List;
import java.util.OptionalInt;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * alloc_pages and __free_pages (mm/page_alloc.c of 2.6.27): which zone serves a request. Nothing is reclaimed: where a real
 * kernel would drop page cache, and at last kill a process, this one has no memory.
 */
public final class PageAllocator {
    private final KernelView kernel;
    private final MemMap memMap;

    public PageAllocator(KernelView kernel) {
        this.kernel = kernel;
        this.memMap = new MemMap(kernel);
    }

    public MemMap memMap() {
        return memMap;
    }

    /** A block of 2^{@code order} pages; empty if memory is short. The pages keep what was in them. */
    public OptionalInt allocate(Gfp gfp, int order) {
        OptionalInt pfn = allocate(gfp, order, "pages_low");
        if (pfn.isEmpty()) {
            // Here kswapd would be woken.
            pfn = allocate(gfp, order, "pages_min");
        }
        pfn.ifPresent(first -> {
            memMap.setKernel(first);
            for (int page = first + 1; page < first + (1 << order); page++) {
                memMap.setFree(page);
            }
        });
        return pfn;
    }

    /** A block of zeros. */
    public OptionalInt allocateZeroed(Gfp gfp, int order) {
        OptionalInt pfn = allocate(gfp, order);
        pfn.ifPresent(first -> {
            for (int i = 0; i < 1 << order; i++) {
                kernel.ram().clearPage(first + i);
            }
        });
        return pfn;
    }

    private OptionalInt allocate(Gfp gfp, int order, String mark) {
        int highest = Zones.number(kernel, gfp.zone());
        List<Struct> zones = Zones.zonelist(kernel).stream()
                .filter(zone -> Zones.number(kernel, zone) <= highest)
                .toList();
        for (Struct zone : zones) {
            BuddyZone buddies = new BuddyZone(kernel, memMap, zone);
            if (buddies.canSpare(order, mark, Zones.number(kernel, zones.get(0)))) {
                OptionalInt pfn = order == 0
                        ? new PerCpuPages(kernel, memMap, buddies).take(gfp.migrateType())
                        : buddies.take(order, gfp.migrateType());
                if (pfn.isPresent()) {
                    return pfn;
                }
            }
        }
        return OptionalInt.empty();
    }

    /** Gives back 2^{@code order} pages. */
    public void free(int pfn, int order) {
        for (int i = 0; i < 1 << order; i++) {
            memMap.setFree(pfn + i);
        }
        BuddyZone buddies = buddies(pfn);
        if (order == 0) {
            new PerCpuPages(kernel, memMap, buddies).put(pfn);
        } else {
            buddies.free(pfn, order);
        }
    }

    /** As boot memory is handed over: straight to the lists. */
    void freeBoot(int pfn, int order) {
        for (int i = 0; i < 1 << order; i++) {
            memMap.setFree(pfn + i);
        }
        buddies(pfn).free(pfn, order);
    }

    private BuddyZone buddies(int pfn) {
        return new BuddyZone(kernel, memMap, Zones.zone(kernel, memMap.zone(pfn)));
    }

    /** Free pages that are not in the direct mapping. */
    public long freeHighPages() {
        return Zones.counter(kernel, Zones.zone(kernel, Zones.number(kernel, "HighMem")), "NR_FREE_PAGES");
    }

    /** Free pages of all zones, by their counters: those that the processor keeps are not among them. */
    public long freePages() {
        return Zones.populated(kernel).stream()
                .mapToLong(zone -> Zones.counter(kernel, zone, "NR_FREE_PAGES"))
                .sum();
    }
}
