package org.kjump.linux.mm;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * The free blocks of a zone, on its lists in memory: mm/page_alloc.c of 2.6.27. A block that is freed or split off goes to the
 * front of its list, and blocks are taken from the front. Requests of one kind keep to blocks of 4 MiB of their own; one that
 * finds none takes the largest block of another kind over.
 */
record BuddyZone(KernelView kernel, MemMap memMap, Struct zone) {
    /** {@code MAX_ORDER}: blocks have fewer than 2^11 pages. */
    static final int MAX_ORDER = 11;

    /** Where a request goes that finds nothing of its own kind; the reserve is for all, and last. */
    private static final Map<String, List<String>> FALLBACKS = Map.of(
            "MIGRATE_UNMOVABLE", List.of("MIGRATE_RECLAIMABLE", "MIGRATE_MOVABLE"),
            "MIGRATE_RECLAIMABLE", List.of("MIGRATE_UNMOVABLE", "MIGRATE_MOVABLE"),
            "MIGRATE_MOVABLE", List.of("MIGRATE_RECLAIMABLE", "MIGRATE_UNMOVABLE"));

    /** A block of 2^{@code order} pages. */
    OptionalInt take(int order, String migrateType) {
        OptionalInt found = smallest(order, migrateType);
        if (found.isEmpty()) {
            found = stolen(order, migrateType);
        }
        return found.isPresent() ? found : smallest(order, "MIGRATE_RESERVE");
    }

    private int type(String name) {
        return kernel.profile().number(name);
    }

    private OptionalInt smallest(int order, String migrateType) {
        for (int have = order; have < MAX_ORDER; have++) {
            OptionalInt pfn = front(have, type(migrateType));
            if (pfn.isPresent()) {
                remove(have, pfn.getAsInt());
                split(pfn.getAsInt(), have, order, type(migrateType));
                return pfn;
            }
        }
        return OptionalInt.empty();
    }

    /** From the largest block of another kind, so that kinds mix as little as can be. */
    private OptionalInt stolen(int order, String migrateType) {
        for (int have = MAX_ORDER - 1; have >= order; have--) {
            for (String other : FALLBACKS.getOrDefault(migrateType, List.of())) {
                OptionalInt pfn = front(have, type(other));
                if (pfn.isPresent()) {
                    int rest = takeOver(pfn.getAsInt(), have, type(migrateType), type(other));
                    remove(have, pfn.getAsInt());
                    split(pfn.getAsInt(), have, order, rest);
                    return pfn;
                }
            }
        }
        return OptionalInt.empty();
    }

    /**
     * A large block, or any for reclaimable pages, brings all free pages around it along; with half of the 4 MiB free all of
     * them change sides.
     *
     * @return whose lists the rest of the block goes to
     */
    private int takeOver(int pfn, int have, int wanted, int owner) {
        int rest = owner;
        if (have >= Pageblocks.ORDER / 2 || wanted == type("MIGRATE_RECLAIMABLE")) {
            if (moveFreePages(pfn, wanted) >= Pageblocks.PAGES / 2) {
                new Pageblocks(kernel, zone).setType(pfn, wanted);
            }
            rest = wanted;
        }
        if (have == Pageblocks.ORDER) {
            new Pageblocks(kernel, zone).setType(pfn, wanted);
        }
        return rest;
    }

    private int moveFreePages(int pfn, int wanted) {
        int start = pfn & -Pageblocks.PAGES;
        int end = start + Pageblocks.PAGES;
        long zoneStart = zone.get("zone_start_pfn");
        if (end > zoneStart + zone.get("spanned_pages")) {
            return 0;
        }
        int moved = 0;
        for (int at = (int) Math.max(start, zoneStart); at < end; ) {
            if (!memMap.isBuddy(at)) {
                at++;
                continue;
            }
            int order = memMap.privateData(at);
            kernel.removeFromList(memMap.lru(at));
            kernel.addToList(Zones.freeList(kernel, zone, order, wanted), memMap.lru(at));
            moved += 1 << order;
            at += 1 << order;
        }
        return moved;
    }

    private OptionalInt front(int order, int type) {
        long head = Zones.freeList(kernel, zone, order, type);
        long node = kernel.u32(head);
        return node == head ? OptionalInt.empty() : OptionalInt.of(memMap.pfnOfLru(node));
    }

    private void split(int pfn, int have, int order, int type) {
        for (int half = have - 1; half >= order; half--) {
            put(half, pfn + (1 << half), type);
        }
        Zones.count(kernel, zone, "NR_FREE_PAGES", -(1L << order));
    }

    /** Gives back 2^{@code order} pages, merged with their free buddies. */
    void free(int pfn, int order) {
        int block = pfn;
        int size = order;
        while (size < MAX_ORDER - 1 && isBuddy(block ^ 1 << size, size)) {
            int buddy = block ^ 1 << size;
            remove(size, buddy);
            block &= buddy;
            size++;
        }
        put(size, block, new Pageblocks(kernel, zone).type(pfn));
        Zones.count(kernel, zone, "NR_FREE_PAGES", 1L << order);
    }

    private boolean isBuddy(int pfn, int order) {
        long start = zone.get("zone_start_pfn");
        return pfn >= start
                && pfn < start + zone.get("spanned_pages")
                && memMap.isBuddy(pfn)
                && memMap.privateData(pfn) == order;
    }

    private void put(int order, int pfn, int type) {
        memMap.setBuddy(pfn, order);
        kernel.addToList(Zones.freeList(kernel, zone, order, type), memMap.lru(pfn));
        countBlocks(order, 1);
    }

    private void remove(int order, int pfn) {
        kernel.removeFromList(memMap.lru(pfn));
        memMap.clearBuddy(pfn);
        countBlocks(order, -1);
    }

    private void countBlocks(int order, int change) {
        Struct area = kernel.struct("free_area", Zones.freeArea(kernel, zone, order));
        area.set("nr_free", area.get("nr_free") + change);
    }

    /**
     * zone_watermark_ok: whether 2^{@code order} pages can go without touching what the zone keeps back.
     *
     * @param mark of the zone, such as {@code pages_low}
     * @param wanted the zone that the request would rather have: lower ones keep more from it
     */
    boolean canSpare(int order, String mark, int wanted) {
        long min = zone.get(mark);
        long free = Zones.counter(kernel, zone, "NR_FREE_PAGES") - (1L << order) + 1;
        if (free <= min + kernel.u32(zone.addressOf("lowmem_reserve") + 4L * wanted)) {
            return false;
        }
        for (int small = 0; small < order; small++) {
            // Smaller blocks are of no use for this one.
            free -= kernel.struct("free_area", Zones.freeArea(kernel, zone, small))
                            .get("nr_free")
                    << small;
            min >>= 1;
            if (free <= min) {
                return false;
            }
        }
        return true;
    }
}
