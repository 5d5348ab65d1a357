package org.kjump.linux.mm;

import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** The lists of pages that could be taken back, of each zone: mm/swap.c. New pages go to the front. */
public record Lru(KernelView kernel, MemMap memMap) {
    /** A page in recent use. */
    public void addActive(int pfn) {
        memMap.addFlags(pfn, memMap.bit("PG_lru") | memMap.bit("PG_active"));
        add(pfn, "active_list", "NR_ACTIVE");
    }

    /** A page that was read and not looked at since. */
    public void addInactive(int pfn) {
        memMap.addFlags(pfn, memMap.bit("PG_lru"));
        add(pfn, "inactive_list", "NR_INACTIVE");
    }

    private void add(int pfn, String list, String counter) {
        Struct zone = Zones.zone(kernel, memMap.zone(pfn));
        kernel.addToList(zone.addressOf(list), memMap.lru(pfn));
        Zones.count(kernel, zone, counter, 1);
    }
}
