package org.kjump.linux.mm;

import java.util.OptionalInt;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * The single pages that the processor keeps in front of a zone: {@code struct per_cpu_pages}, one list for all kinds, with the kind
 * in the page's {@code private}. They count as used.
 */
record PerCpuPages(KernelView kernel, MemMap memMap, BuddyZone buddies) {
    private Struct pages() {
        return kernel.struct("per_cpu_pages", buddies.zone().addressOf("pageset"));
    }

    private long list() {
        return pages().addressOf("list");
    }

    OptionalInt take(String migrateType) {
        OptionalInt pfn = find(migrateType);
        if (pfn.isEmpty()) {
            refill(migrateType);
            pfn = find(migrateType);
        }
        pfn.ifPresent(page -> {
            kernel.removeFromList(memMap.lru(page));
            pages().set("count", pages().get("count") - 1);
        });
        return pfn;
    }

    private OptionalInt find(String migrateType) {
        int type = kernel.profile().number(migrateType);
        return kernel.list(list()).stream()
                .mapToInt(memMap::pfnOfLru)
                .filter(pfn -> memMap.privateData(pfn) == type)
                .findFirst();
    }

    /** A batch from the zone, in the order in which it comes. */
    private void refill(String migrateType) {
        long behind = list();
        for (long i = pages().get("batch"); i > 0; i--) {
            OptionalInt pfn = buddies.take(0, migrateType);
            if (pfn.isEmpty()) {
                return;
            }
            memMap.setPrivate(pfn.getAsInt(), kernel.profile().number(migrateType));
            kernel.addToList(behind, memMap.lru(pfn.getAsInt()));
            behind = memMap.lru(pfn.getAsInt());
            pages().set("count", pages().get("count") + 1);
        }
    }

    /** A page that is still warm: to the front. When there are too many, the coldest go. */
    void put(int pfn) {
        memMap.setPrivate(pfn, new Pageblocks(kernel, buddies.zone()).type(pfn));
        kernel.addToList(list(), memMap.lru(pfn));
        pages().set("count", pages().get("count") + 1);
        if (pages().get("count") >= pages().get("high")) {
            for (long i = pages().get("batch"); i > 0; i--) {
                int coldest = memMap.pfnOfLru(kernel.u32(list() + 4));
                kernel.removeFromList(memMap.lru(coldest));
                memMap.setPrivate(coldest, 0);
                pages().set("count", pages().get("count") - 1);
                buddies.free(coldest, 0);
            }
        }
    }
}
