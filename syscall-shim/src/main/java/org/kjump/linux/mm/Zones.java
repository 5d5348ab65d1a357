package org.kjump.linux.mm;

import java.util.ArrayList;
import java.util.List;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** The zones of the one node: {@code contig_page_data.node_zones}, in the order of the profile's names. */
final class Zones {
    /** Page frames below 16 MiB are ZONE_DMA, in kernels that have one. */
    static final int DMA_END = 0x1000;
    /** Page frames from here on are not in the direct mapping: 1 GiB less what vmalloc needs, arch/x86/mm/init_32.c. */
    static final int LOWMEM_END = 0x38000;

    private Zones() {}

    static Struct node(KernelView kernel) {
        return kernel.struct("pglist_data", kernel.profile().symbol("contig_page_data"));
    }

    static int number(KernelView kernel, String name) {
        return kernel.profile().zones().indexOf(name);
    }

    static Struct zone(KernelView kernel, int number) {
        Profile profile = kernel.profile();
        long zones = node(kernel).addressOf("node_zones");
        return kernel.struct(
                "zone", zones + (long) number * profile.struct("zone").size());
    }

    /** The number of the zone at an address. */
    static int number(KernelView kernel, Struct zone) {
        long offset = zone.address() - node(kernel).addressOf("node_zones");
        return (int) (offset / kernel.profile().struct("zone").size());
    }

    /** The first frame of a zone. */
    static int start(String name, Profile profile) {
        return switch (name) {
            case "Normal" -> profile.zones().contains("DMA") ? DMA_END : 0;
            case "HighMem" -> LOWMEM_END;
            default -> 0;
        };
    }

    /** One more than the last frame of a zone on a machine with {@code frames}; the start if the zone is empty. */
    static int end(String name, Profile profile, int frames) {
        return switch (name) {
            case "DMA" -> Math.min(frames, DMA_END);
            case "Normal" -> Math.max(start(name, profile), Math.min(frames, LOWMEM_END));
            case "HighMem" -> Math.max(LOWMEM_END, frames);
            default -> 0;
        };
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

    /** The zones in the order in which allocations try them: {@code node_zonelists[0]}, which ends with a NULL. */
    static List<Struct> zonelist(KernelView kernel) {
        List<Struct> zones = new ArrayList<>();
        Profile profile = kernel.profile();
        long reference = node(kernel).addressOf("node_zonelists")
                + profile.struct("zonelist").field("_zonerefs").offset();
        for (int i = 0; i < profile.zones().size() && kernel.u32(reference) != 0; i++) {
            zones.add(kernel.struct("zone", kernel.u32(reference)));
            reference += profile.struct("zoneref").size();
        }
        return zones;
    }

    /** Highest zone first: build_zonelists. */
    static void buildZonelist(KernelView kernel) {
        Profile profile = kernel.profile();
        long reference = node(kernel).addressOf("node_zonelists")
                + profile.struct("zonelist").field("_zonerefs").offset();
        List<Struct> zones = populated(kernel);
        for (int i = zones.size() - 1; i >= 0; i--) {
            Struct entry = kernel.struct("zoneref", reference);
            entry.set("zone", zones.get(i).address());
            entry.set("zone_idx", number(kernel, zones.get(i)));
            reference += profile.struct("zoneref").size();
        }
    }

    static long freeArea(KernelView kernel, Struct zone, int order) {
        return zone.addressOf("free_area")
                + (long) order * kernel.profile().struct("free_area").size();
    }

    static long freeList(KernelView kernel, Struct zone, int order, int migrateType) {
        return freeArea(kernel, zone, order)
                + (long) migrateType * kernel.profile().struct("list_head").size();
    }

    /** Counts in a zone and in the whole system: {@code vm_stat}. */
    static void count(KernelView kernel, Struct zone, String item, long change) {
        long offset = 4L * kernel.profile().number(item);
        long own = zone.addressOf("vm_stat") + offset;
        long all = kernel.profile().symbol("vm_stat") + offset;
        kernel.setU32(own, kernel.u32(own) + change);
        kernel.setU32(all, kernel.u32(all) + change);
    }

    static long counter(KernelView kernel, Struct zone, String item) {
        return kernel.u32(zone.addressOf("vm_stat") + 4L * kernel.profile().number(item));
    }
}
