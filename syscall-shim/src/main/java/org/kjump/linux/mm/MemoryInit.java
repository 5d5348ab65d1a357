package org.kjump.linux.mm;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/**
 * Builds mem_map, the node and its zones from boot memory: free_area_init_node (mm/page_alloc.c of 2.6.27). All numbers follow the
 * rules there.
 */
public final class MemoryInit {
    private final KernelView kernel;
    private final Profile profile;
    private final BootMemory memory;
    private final int frames;

    private MemoryInit(KernelView kernel, BootMemory memory) {
        this.kernel = kernel;
        this.profile = kernel.profile();
        this.memory = memory;
        this.frames = memory.frames();
    }

    /** All is there but free pages. */
    public static void run(KernelView kernel, BootMemory memory) {
        MemoryInit init = new MemoryInit(kernel, memory);
        init.memMap();
        init.node();
        long name = kernel.profile().symbol("zone_names");
        for (String zone : kernel.profile().zones()) {
            name = init.zone(zone, name);
        }
        Zones.buildZonelist(kernel);
        new Watermarks(kernel).set();
        init.reserveBlocks();
        init.hashes();
    }

    private int present(int pfn, int end) {
        int found = 0;
        for (int at = pfn; at < end; at++) {
            found += memory.isRam(at) ? 1 : 0;
        }
        return found;
    }

    private void memMap() {
        long bytes = MemMap.bytes(profile, frames) + Ram.PAGE_SIZE - 1 & -Ram.PAGE_SIZE;
        kernel.setVariable("mem_map", KernelView.vaddr(memory.allocateBytes(bytes, BootMemory.GOAL)));
        kernel.setVariable("max_pfn", frames);
        kernel.setVariable("max_low_pfn", Math.min(frames, Zones.LOWMEM_END));
    }

    private void node() {
        Struct node = Zones.node(kernel);
        node.set("node_mem_map", kernel.variable("mem_map"));
        node.set("bdata", profile.symbol("contig_bootmem_data"));
        node.set("node_start_pfn", 0);
        node.set("node_spanned_pages", frames);
        node.set("node_present_pages", present(0, frames));
        kernel.setVariable("node_online_map", 1);
    }

    /** @return where the next zone's name goes */
    private long zone(String name, long nameAddress) {
        int number = profile.zones().indexOf(name);
        Struct zone = Zones.zone(kernel, number);
        byte[] text = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        kernel.setBytes(nameAddress, text);
        zone.set("name", nameAddress);
        zone.set("zone_pgdat", profile.symbol("contig_page_data"));
        zone.set("prev_priority", 12);
        kernel.initList(zone.addressOf("active_list"));
        kernel.initList(zone.addressOf("inactive_list"));
        int start = Zones.start(name, profile);
        int end = Zones.end(name, profile, frames);
        int ram = start < end ? present(start, end) - mapPages(end - start) : 0;
        perCpuPages(zone, ram);
        if (start < end) {
            Zones.node(kernel).set("nr_zones", number + 1L);
            zone.set("zone_start_pfn", start);
            zone.set("spanned_pages", end - start);
            zone.set("present_pages", ram);
            tables(zone, end - start);
            pages(zone, number, start, end);
        }
        return nameAddress + (text.length + 3 & ~3);
    }

    private int mapPages(int spanned) {
        return (int) (MemMap.bytes(profile, spanned) + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT);
    }

    /** setup_pageset and zone_batchsize. */
    private void perCpuPages(Struct zone, int pages) {
        int batch = Math.max(1, Math.min(pages / 1024, 128) / 4);
        batch = Integer.highestOneBit(batch + batch / 2) - 1;
        Struct pcp = kernel.struct("per_cpu_pages", zone.addressOf("pageset"));
        kernel.initList(pcp.addressOf("list"));
        pcp.set("high", 6L * batch);
        pcp.set("batch", Math.max(1, batch));
    }

    /** What the blocks are for, and who waits for a page. */
    private void tables(Struct zone, int spanned) {
        zone.set("pageblock_flags", boot(Pageblocks.bytes(spanned)));
        int entries = 4;
        while (entries < spanned / 256 && entries < 4096) {
            entries *= 2;
        }
        zone.set("wait_table", boot(8L * entries));
        zone.set("wait_table_hash_nr_entries", entries);
        zone.set("wait_table_bits", Integer.numberOfTrailingZeros(entries));
    }

    private long boot(long bytes) {
        return KernelView.vaddr(memory.allocateBytes(bytes, BootMemory.GOAL));
    }

    private void pages(Struct zone, int number, int start, int end) {
        for (int order = 0; order < BuddyZone.MAX_ORDER; order++) {
            for (int type = 0; type < profile.number("free_area.free_list"); type++) {
                kernel.initList(Zones.freeList(kernel, zone, order, type));
            }
        }
        MemMap map = new MemMap(kernel);
        Pageblocks blocks = new Pageblocks(kernel, zone);
        for (int pfn = start; pfn < end; pfn++) {
            map.initReserved(pfn, number);
            if (pfn % Pageblocks.PAGES == 0) {
                blocks.setType(pfn, profile.number("MIGRATE_MOVABLE"));
            }
        }
    }

    /** setup_zone_migrate_reserve: the first blocks whose first page is free, enough for the watermark. */
    private void reserveBlocks() {
        for (Struct zone : Zones.populated(kernel)) {
            int reserves = ((int) zone.get("pages_min") + Pageblocks.PAGES - 1) / Pageblocks.PAGES;
            int start = (int) zone.get("zone_start_pfn");
            int end = start + (int) zone.get("spanned_pages");
            for (int pfn = start; pfn < end && reserves > 0; pfn += Pageblocks.PAGES) {
                if (memory.isFree(pfn)) {
                    new Pageblocks(kernel, zone).setType(pfn, profile.number("MIGRATE_RESERVE"));
                    reserves--;
                }
            }
        }
    }

    /** The large hash tables: pids, and by the size of memory directory entries and inodes. */
    private void hashes() {
        long pages = Watermarks.lowmem(kernel);
        long megabytes = pages >> 8;
        int pidShift = Math.max(4, Math.min(12, 64 - Long.numberOfLeadingZeros(megabytes * 4)));
        long rounded = pages + 255 & -256;
        Map<String, Long> entries = Map.of(
                "pid_hash", 1L << pidShift,
                "dentry_hashtable", powerOfTwo(rounded >> 1),
                "inode_hashtable", powerOfTwo(rounded >> 2));
        for (String table : List.of("pid_hash", "dentry_hashtable", "inode_hashtable")) {
            kernel.setVariable(table, boot(4 * entries.getOrDefault(table, 1L)));
        }
    }

    private static long powerOfTwo(long least) {
        long power = 1;
        while (power < least) {
            power *= 2;
        }
        return power;
    }
}
