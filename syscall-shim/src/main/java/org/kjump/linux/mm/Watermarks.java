package org.kjump.linux.mm;

import java.util.List;
import java.util.Map;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/** What zones keep back: setup_per_zone_lowmem_reserve and init_per_zone_pages_min of mm/page_alloc.c, 2.6.27. */
record Watermarks(KernelView kernel) {
    /** sysctl_lowmem_reserve_ratio. */
    private static final Map<String, Integer> RATIO = Map.of("DMA", 256, "Normal", 32, "HighMem", 32);

    /** Pages of the zones in the direct mapping. */
    static long lowmem(KernelView kernel) {
        return Zones.populated(kernel).stream()
                .filter(zone -> Zones.number(kernel, zone) != Zones.number(kernel, "HighMem"))
                .mapToLong(zone -> zone.get("present_pages"))
                .sum();
    }

    void set() {
        lowmemReserves();
        long lowmem = lowmem(kernel);
        long kilobytes = Math.max(128, Math.min(65536, (long) Math.sqrt((double) (lowmem * 4 * 16))));
        long total = kilobytes / 4;
        for (String name : kernel.profile().zones()) {
            Struct zone = zone(name);
            long present = zone.get("present_pages");
            long share = total * present / Math.max(1, lowmem);
            // HighMem needs little: nothing depends on it alone.
            long min = name.equals("HighMem") ? Math.max(32, Math.min(128, present / 1024)) : share;
            zone.set("pages_min", min);
            zone.set("pages_low", min + share / 4);
            zone.set("pages_high", min + share / 2);
        }
    }

    private Struct zone(String name) {
        return Zones.zone(kernel, Zones.number(kernel, name));
    }

    /** What a zone keeps from requests that could have been served above it. */
    private void lowmemReserves() {
        List<String> zones = kernel.profile().zones();
        for (int low = 0; low < zones.size() - 1; low++) {
            long above = 0;
            for (int high = low + 1; high < zones.size(); high++) {
                above += zone(zones.get(high)).get("present_pages");
                kernel.setU32(
                        zone(zones.get(low)).addressOf("lowmem_reserve") + 4L * high,
                        above / RATIO.getOrDefault(zones.get(low), 32));
            }
        }
    }
}
