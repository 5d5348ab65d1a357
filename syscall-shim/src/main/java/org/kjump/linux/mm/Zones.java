package org.kjump.linux.mm;

import java.util.ArrayList;
import java.util.List;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** The zones of the one node: {@code contig_page_data.node_zones}. */
final class Zones {
    static final int DMA = 0;
    static final int NORMAL = 1;
    static final int COUNT = 4;
    /** Page frames below 16 MiB are ZONE_DMA. */
    static final int DMA_END = 0x1000;

    private Zones() {}

    static Struct node(KernelView kernel) {
        return kernel.struct("pglist_data", kernel.profile().symbol("contig_page_data"));
    }

    static Struct zone(KernelView kernel, int number) {
        Profile profile = kernel.profile();
        long zones = node(kernel).addressOf("node_zones");
        return kernel.struct(
                "zone", zones + (long) number * profile.struct("zone").size());
    }

    /** Zones with pages, lowest first. */
    static List<Struct> populated(KernelView kernel) {
        List<Struct> zones = new ArrayList<>();
        for (int number = 0; number < node(kernel).get("nr_zones"); number++) {
            Struct zone = zone(kernel, number);
            if (zone.get("spanned_pages") != 0) {
                zones.add(zone);
            }
        }
        return zones;
    }

    static long freeArea(KernelView kernel, Struct zone, int order) {
        return zone.addressOf("free_area")
                + (long) order * kernel.profile().struct("free_area").size();
    }

    static long freeList(KernelView kernel, Struct zone, int order, int migrateType) {
        return freeArea(kernel, zone, order)
                + (long) migrateType * kernel.profile().struct("list_head").size();
    }
}
