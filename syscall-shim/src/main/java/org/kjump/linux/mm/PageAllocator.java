package org.kjump.linux.mm;

import java.util.List;
import java.util.OptionalInt;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * The buddy allocator, on the free lists in memory: mm/page_alloc.c. Blocks are split and merged as there; a request is served
 * from the highest zone that can, from the movable lists and at last from the reserve.
 */
public final class PageAllocator {
    /** {@code MAX_ORDER}: blocks have fewer than 2^11 pages. */
    public static final int MAX_ORDER = 11;

    private static final int PAGEBLOCK_ORDER = 10;
    private static final int PAGEBLOCK_BITS = 3;

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
    public OptionalInt allocate(int order) {
        List<Struct> zones = Zones.populated(kernel);
        for (int i = zones.size() - 1; i >= 0; i--) {
            OptionalInt pfn = allocateFrom(zones.get(i), order);
            if (pfn.isPresent()) {
                return pfn;
            }
        }
        return OptionalInt.empty();
    }

    /** A page of zeros for the kernel's own use. */
    public OptionalInt allocateZeroed(int order) {
        OptionalInt pfn = allocate(order);
        pfn.ifPresent(first -> {
            for (int i = 0; i < 1 << order; i++) {
                kernel.ram().clearPage(first + i);
            }
        });
        return pfn;
    }

    private OptionalInt allocateFrom(Struct zone, int order) {
        int types = kernel.profile().number("free_area.free_list");
        int movable = kernel.profile().number("MIGRATE_MOVABLE");
        for (int have = order; have < MAX_ORDER; have++) {
            long area = Zones.freeArea(kernel, zone, have);
            if (nrFree(area) == 0) {
                continue;
            }
            for (int i = 0; i < types; i++) {
                long head = Zones.freeList(kernel, zone, have, (movable + i) % types);
                long node = kernel.u32(head);
                if (node != head) {
                    int pfn = memMap.pfnOfLru(node);
                    take(zone, have, pfn);
                    split(zone, pfn, have, order, (movable + i) % types);
                    addFree(zone, -(1L << order));
                    for (int page = pfn; page < pfn + (1 << order); page++) {
                        memMap.setKernel(page);
                    }
                    return OptionalInt.of(pfn);
                }
            }
        }
        return OptionalInt.empty();
    }

    private void split(Struct zone, int pfn, int have, int order, int type) {
        for (int half = have - 1; half >= order; half--) {
            put(zone, half, pfn + (1 << half), type);
        }
    }

    /** Gives back 2^{@code order} pages, merged with their free buddies. */
    public void free(int pfn, int order) {
        for (int i = 0; i < 1 << order; i++) {
            memMap.setFree(pfn + i, 0);
        }
        Struct zone = Zones.zone(kernel, memMap.zone(pfn));
        addFree(zone, 1L << order);
        int block = pfn;
        int size = order;
        while (size < MAX_ORDER - 1) {
            int buddy = block ^ 1 << size;
            if (!isBuddy(zone, buddy, size)) {
                break;
            }
            take(zone, size, buddy);
            block &= buddy;
            size++;
        }
        put(zone, size, block, pageblockType(zone, block));
    }

    private boolean isBuddy(Struct zone, int pfn, int order) {
        long start = zone.get("zone_start_pfn");
        return pfn >= start
                && pfn < start + zone.get("spanned_pages")
                && memMap.has(pfn, "PG_buddy")
                && memMap.privateData(pfn) == order;
    }

    private void put(Struct zone, int order, int pfn, int type) {
        memMap.setFlags(pfn, memMap.bit("PG_buddy"));
        memMap.setPrivate(pfn, order);
        kernel.addToList(Zones.freeList(kernel, zone, order, type), memMap.lru(pfn));
        setNrFree(Zones.freeArea(kernel, zone, order), 1);
    }

    private void take(Struct zone, int order, int pfn) {
        kernel.removeFromList(memMap.lru(pfn));
        memMap.setFlags(pfn, 0);
        memMap.setPrivate(pfn, 0);
        setNrFree(Zones.freeArea(kernel, zone, order), -1);
    }

    private long nrFree(long area) {
        return kernel.struct("free_area", area).get("nr_free");
    }

    private void setNrFree(long area, int change) {
        kernel.struct("free_area", area).set("nr_free", nrFree(area) + change);
    }

    private void addFree(Struct zone, long change) {
        long counter = zone.addressOf("vm_stat") + 4L * kernel.profile().number("NR_FREE_PAGES");
        kernel.setU32(counter, kernel.u32(counter) + change);
    }

    private int pageblockType(Struct zone, int pfn) {
        int block = (pfn - ((int) zone.get("zone_start_pfn") & -(1 << PAGEBLOCK_ORDER))) >> PAGEBLOCK_ORDER;
        int bits = block * PAGEBLOCK_BITS;
        // Three bits that may straddle two words.
        long word = kernel.u32(zone.get("pageblock_flags") + bits / 32 * 4L)
                | kernel.u32(zone.get("pageblock_flags") + bits / 32 * 4L + 4) << 32;
        return (int) (word >> bits % 32) & 7;
    }

    /** Free pages of all zones, by their counters. */
    public long freePages() {
        return Zones.populated(kernel).stream()
                .mapToLong(zone -> kernel.u32(zone.addressOf("vm_stat")))
                .sum();
    }
}
