package org.kjump.linux.mm;

import static org.kjump.linux.mm.PageAllocator.MAX_ORDER;

import java.nio.charset.StandardCharsets;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/**
 * Builds mem_map, the node and its zones from boot memory, and hands what is free to the buddy allocator:
 * free_area_init_node and free_all_bootmem (mm/page_alloc.c, mm/bootmem.c of 2.6.27). Numbers such as watermarks follow the
 * rules there.
 */
public final class MemoryInit {
    private static final String[] ZONE_NAMES = {"DMA", "Normal", "HighMem", "Movable"};
    private static final int[] RESERVE_RATIO = {256, 32, 32};
    private static final int PAGEBLOCK_PAGES = 1 << MAX_ORDER - 1;

    private final KernelView kernel;
    private final Profile profile;
    private final BootMemory memory;
    private final int frames;
    private final int[] present = new int[Zones.COUNT];

    private MemoryInit(KernelView kernel, BootMemory memory) {
        this.kernel = kernel;
        this.profile = kernel.profile();
        this.memory = memory;
        this.frames = memory.frames();
    }

    /** The allocator works when this returns. */
    public static void run(KernelView kernel, BootMemory memory) {
        MemoryInit init = new MemoryInit(kernel, memory);
        init.allocateMaps();
        init.node();
        for (int zone = 0; zone < Zones.COUNT; zone++) {
            init.zone(zone);
        }
        init.lowmemReserves();
        init.watermarks();
        init.pageblocks();
        init.memMap();
    }

    /** Frees all that nobody holds: from the top down, so that the lists begin with the lowest block. */
    public static void freeBootMemory(KernelView kernel, BootMemory memory) {
        PageAllocator allocator = new PageAllocator(kernel);
        int freed = 0;
        for (int pfn = memory.frames() - 1; pfn > 0; pfn--) {
            if (memory.isFree(pfn)) {
                allocator.free(pfn, 0);
                freed++;
            }
        }
        kernel.setVariable("totalram_pages", freed);
    }

    private static int start(int zone) {
        return zone == Zones.DMA ? 0 : Zones.DMA_END;
    }

    private int end(int zone) {
        return switch (zone) {
            case Zones.DMA -> Math.min(frames, Zones.DMA_END);
            case Zones.NORMAL -> Math.max(frames, Zones.DMA_END);
            default -> start(zone);
        };
    }

    private int spanned(int zone) {
        return end(zone) - start(zone);
    }

    private void allocateMaps() {
        int pages = (int) (MemMap.bytes(profile, frames) + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT);
        int memMap = memory.allocate(pages, BootMemory.GOAL);
        kernel.setVariable("mem_map", KernelView.pageAddress(memMap));
        kernel.setVariable("max_pfn", frames);
    }

    private void node() {
        Struct node = Zones.node(kernel);
        node.set("nr_zones", frames > Zones.DMA_END ? 2 : 1);
        node.set("node_mem_map", kernel.variable("mem_map"));
        node.set("node_start_pfn", 0);
        node.set("node_spanned_pages", frames);
        int ramPages = 0;
        for (int pfn = 0; pfn < frames; pfn++) {
            ramPages += memory.isRam(pfn) ? 1 : 0;
        }
        node.set("node_present_pages", ramPages);
        kernel.setVariable("node_online_map", 1);
    }

    private void zone(int number) {
        Struct zone = Zones.zone(kernel, number);
        long name = profile.symbol("zone_names") + 4L * number + (number > 1 ? 4 : 0) + (number > 2 ? 4 : 0);
        kernel.setBytes(name, (ZONE_NAMES[number] + "\0").getBytes(StandardCharsets.US_ASCII));
        zone.set("name", name);
        zone.set("zone_pgdat", profile.symbol("contig_page_data"));
        zone.set("prev_priority", 12);
        long pcpList = zone.addressOf("pageset") + 12;
        kernel.initList(pcpList);
        kernel.initList(zone.addressOf("active_list"));
        kernel.initList(zone.addressOf("inactive_list"));
        kernel.setU32(zone.addressOf("pageset") + 8, 1);
        int spanned = spanned(number);
        if (spanned == 0) {
            return;
        }
        int holes = 0;
        for (int pfn = start(number); pfn < end(number); pfn++) {
            holes += memory.isRam(pfn) ? 0 : 1;
        }
        present[number] =
                spanned - holes - (int) (MemMap.bytes(profile, spanned) + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT);
        zone.set("zone_start_pfn", start(number));
        zone.set("spanned_pages", spanned);
        zone.set("present_pages", present[number]);
        perCpuPages(zone, present[number]);
        tables(zone, spanned);
        for (int order = 0; order < MAX_ORDER; order++) {
            for (int type = 0; type < profile.number("free_area.free_list"); type++) {
                kernel.initList(Zones.freeList(kernel, zone, order, type));
            }
        }
    }

    /** setup_pageset and zone_batchsize. */
    private void perCpuPages(Struct zone, int pages) {
        int batch = Math.max(1, Math.min(pages / 1024, 128) / 4);
        batch = Integer.highestOneBit(batch + batch / 2) - 1;
        kernel.setU32(zone.addressOf("pageset") + 4, 6L * batch);
        kernel.setU32(zone.addressOf("pageset") + 8, Math.max(1, batch));
    }

    /** The block types and the wait table, in a page of their own for every zone. */
    private void tables(Struct zone, int spanned) {
        int entries = 4;
        while (entries < spanned / 256 && entries < 4096) {
            entries *= 2;
        }
        int flagBytes = 32;
        while (flagBytes * 8 < (spanned / PAGEBLOCK_PAGES + 2) * 3) {
            flagBytes *= 2;
        }
        int pages = flagBytes + 8 * entries + Ram.PAGE_SIZE - 1 >> Ram.PAGE_SHIFT;
        long at = KernelView.pageAddress(memory.allocate(pages, BootMemory.GOAL));
        zone.set("pageblock_flags", at);
        zone.set("wait_table", at + flagBytes);
        zone.set("wait_table_hash_nr_entries", entries);
        zone.set("wait_table_bits", Integer.numberOfTrailingZeros(entries));
    }

    /** setup_per_zone_lowmem_reserve: what a zone keeps from requests that could have been served above it. */
    private void lowmemReserves() {
        for (int low = 0; low < Zones.COUNT - 1; low++) {
            int above = 0;
            for (int high = low + 1; high < Zones.COUNT; high++) {
                above += present[high];
                kernel.setU32(
                        Zones.zone(kernel, low).addressOf("lowmem_reserve") + 4L * high, above / RESERVE_RATIO[low]);
            }
        }
    }

    /** init_per_zone_pages_min. */
    private void watermarks() {
        int lowmem = present[Zones.DMA] + present[Zones.NORMAL];
        int kbytes = (int) Math.sqrt(lowmem * 4.0 * 16);
        int total = Math.max(128, Math.min(kbytes, 65536)) / 4;
        for (int number = 0; number < Zones.COUNT; number++) {
            Struct zone = Zones.zone(kernel, number);
            int share = lowmem == 0 ? 0 : (int) ((long) total * present[number] / lowmem);
            // An empty HighMem zone keeps the least that the rule for it allows.
            int min = number == 2 ? 32 : share;
            zone.set("pages_min", min);
            zone.set("pages_low", min + share / 4);
            zone.set("pages_high", min + share / 2);
        }
    }

    /** All blocks are movable, but the first whose first page is free serve as reserve: setup_zone_migrate_reserve. */
    private void pageblocks() {
        for (int number = 0; number < 2; number++) {
            Struct zone = Zones.zone(kernel, number);
            int reserves = ((int) zone.get("pages_min") + PAGEBLOCK_PAGES - 1) / PAGEBLOCK_PAGES;
            for (int pfn = start(number); pfn < end(number); pfn += PAGEBLOCK_PAGES) {
                boolean reserve = reserves > 0 && memory.isFree(pfn);
                reserves -= reserve ? 1 : 0;
                String type = reserve ? "MIGRATE_RESERVE" : "MIGRATE_MOVABLE";
                setBlockType(zone, (pfn - start(number)) / PAGEBLOCK_PAGES, profile.number(type));
            }
        }
    }

    private void setBlockType(Struct zone, int block, int type) {
        for (int i = 0; i < 3; i++) {
            int bit = block * 3 + i;
            long word = zone.get("pageblock_flags") + bit / 32 * 4L;
            if ((type & 1 << i) != 0) {
                kernel.setU32(word, kernel.u32(word) | 1L << bit % 32);
            }
        }
    }

    private void memMap() {
        MemMap map = new MemMap(kernel);
        for (int pfn = 0; pfn < frames; pfn++) {
            map.initReserved(pfn, pfn < Zones.DMA_END ? Zones.DMA : Zones.NORMAL);
        }
    }
}
