package org.kjump.linux.profile;

import static org.kjump.vmcore.layout.StructLayout.named;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kjump.vmcore.layout.StructLayout;

/**
 * Linux 2.6.27 for i386, one processor: FLATMEM, HIGHMEM4G, no PAE, SLUB, HZ 250. Offsets are those of the compiler's debug
 * information for the release's headers in this configuration; addresses are a small kernel's at 1 MiB, laid out in the order of
 * arch/x86/kernel/vmlinux_32.lds.S.
 */
final class Linux2627 {
    private Linux2627() {}

    static Profile profile() {
        return new Profile("2.6.27", ZONES, structs(), symbols(), numbers(), VMCOREINFO);
    }

    private static final List<String> ZONES = List.of("DMA", "Normal", "HighMem", "Movable");

    private static Map<String, StructLayout> structs() {
        Map<String, StructLayout> all = new HashMap<>();
        for (StructLayout layout : List.of(
                named("page")
                        .u32("flags", 0)
                        .u32("_count", 4)
                        .u32("_mapcount", 8)
                        .u32("private", 12)
                        .u32("mapping", 16)
                        .u32("index", 20)
                        .bytes("lru", 24, 8)
                        .size(32),
                named("list_head").u32("next", 0).u32("prev", 4).size(8),
                named("mutex").u32("count", 0).bytes("wait_list", 4, 8).size(12),
                named("nodemask_t").u32("bits", 0).size(4),
                named("free_area").bytes("free_list", 0, 40).u32("nr_free", 40).size(44),
                named("per_cpu_pages")
                        .u32("count", 0)
                        .u32("high", 4)
                        .u32("batch", 8)
                        .bytes("list", 12, 8)
                        .size(20),
                named("kmem_cache")
                        .u32("flags", 0)
                        .u32("size", 4)
                        .u32("objsize", 8)
                        .u32("offset", 12)
                        .u32("oo", 16)
                        .u32("local_node.nr_partial", 20)
                        .u32("local_node.min_partial", 24)
                        .bytes("local_node.partial", 28, 8)
                        .u32("local_node.nr_slabs", 36)
                        .u32("local_node.total_objects", 40)
                        .bytes("local_node.full", 44, 8)
                        .u32("refcount", 64)
                        .u32("inuse", 72)
                        .u32("align", 76)
                        .u32("name", 80)
                        .bytes("list", 84, 8)
                        .u32("cpu_slab.freelist", 128)
                        .u32("cpu_slab.page", 132)
                        .u32("cpu_slab.objsize", 144)
                        .size(148),
                named("anon_vma").bytes("head", 0, 8).size(8),
                named("buffer_head").u32("b_state", 0).u32("b_page", 8).size(56),
                named("zoneref").u32("zone", 0).u32("zone_idx", 4).size(8),
                named("zonelist")
                        .u32("zlcache_ptr", 0)
                        .bytes("_zonerefs", 4, 40)
                        .size(44),
                named("bootmem_data").u32("last_end_off", 12).size(28),
                named("zone")
                        .u32("pages_min", 0)
                        .u32("pages_low", 4)
                        .u32("pages_high", 8)
                        .bytes("lowmem_reserve", 12, 16)
                        .bytes("pageset", 28, 20)
                        .bytes("free_area", 48, 484)
                        .u32("pageblock_flags", 532)
                        .bytes("active_list", 536, 8)
                        .bytes("inactive_list", 544, 8)
                        .bytes("vm_stat", 568, 60)
                        .u32("prev_priority", 628)
                        .u32("wait_table", 632)
                        .u32("wait_table_hash_nr_entries", 636)
                        .u32("wait_table_bits", 640)
                        .u32("zone_pgdat", 644)
                        .u32("zone_start_pfn", 648)
                        .u32("spanned_pages", 652)
                        .u32("present_pages", 656)
                        .u32("name", 660)
                        .size(664),
                named("pglist_data")
                        .bytes("node_zones", 0, 2656)
                        .bytes("node_zonelists", 2656, 44)
                        .u32("nr_zones", 2700)
                        .u32("node_mem_map", 2704)
                        .u32("bdata", 2708)
                        .u32("node_start_pfn", 2712)
                        .u32("node_present_pages", 2716)
                        .u32("node_spanned_pages", 2720)
                        .u32("node_id", 2724)
                        .size(2744),
                named("task_struct")
                        .u32("state", 0)
                        .u32("stack", 4)
                        .u32("usage", 8)
                        .u32("flags", 12)
                        .bytes("tasks", 160, 8)
                        .u32("mm", 168)
                        .u32("active_mm", 172)
                        .u32("exit_state", 180)
                        .u32("pid", 204)
                        .u32("tgid", 208)
                        .u32("real_parent", 212)
                        .u32("parent", 216)
                        .bytes("children", 220, 8)
                        .bytes("sibling", 228, 8)
                        .u32("group_leader", 236)
                        .bytes("thread_group", 292, 8)
                        .u64("cap_effective", 448)
                        .bytes("comm", 488, 16)
                        .u32("thread.sp0", 540)
                        .u32("thread.sp", 544)
                        .u32("thread.ip", 552)
                        .size(840),
                named("thread_info")
                        .u32("task", 0)
                        .u32("exec_domain", 4)
                        .u32("flags", 8)
                        .u32("status", 12)
                        .u32("cpu", 16)
                        .u32("preempt_count", 20)
                        .u32("addr_limit", 24)
                        .size(64),
                named("mm_struct")
                        .u32("mmap", 0)
                        .u32("mmap_base", 20)
                        .u32("task_size", 24)
                        .u32("pgd", 36)
                        .u32("mm_users", 40)
                        .u32("mm_count", 44)
                        .u32("map_count", 48)
                        .u32("total_vm", 88)
                        .u32("start_data", 128)
                        .u32("end_data", 132)
                        .u32("start_stack", 144)
                        .size(384),
                named("vm_area_struct")
                        .u32("vm_mm", 0)
                        .u32("vm_start", 4)
                        .u32("vm_end", 8)
                        .u32("vm_next", 12)
                        .u32("vm_flags", 20)
                        .u32("anon_vma", 60)
                        .size(84),
                // Reference count and name[]; VMCOREINFO has no offset of it, readers know that it is 4.
                named("uts_namespace")
                        .u32("kref", 0)
                        .bytes("sysname", 4, 65)
                        .bytes("nodename", 69, 65)
                        .bytes("release", 134, 65)
                        .bytes("version", 199, 65)
                        .bytes("machine", 264, 65)
                        .bytes("domainname", 329, 65)
                        .size(396),
                named("kimage")
                        .u32("head", 0)
                        .u32("entry", 4)
                        .u32("last_entry", 8)
                        .u32("destination", 12)
                        .u32("start", 16)
                        .u32("control_code_page", 20)
                        .u32("swap_page", 24)
                        .u32("nr_segments", 28)
                        .bytes("segment", 32, 256)
                        .bytes("control_pages", 288, 8)
                        .bytes("dest_pages", 296, 8)
                        .bytes("unuseable_pages", 304, 8)
                        .u32("control_page", 312)
                        .u32("bits", 316)
                        .size(320),
                named("kexec_segment")
                        .u32("buf", 0)
                        .u32("bufsz", 4)
                        .u32("mem", 8)
                        .u32("memsz", 12)
                        .size(16),
                named("saved_context")
                        .u16("es", 0)
                        .u16("fs", 2)
                        .u16("gs", 4)
                        .u16("ss", 6)
                        .u32("cr0", 8)
                        .u32("cr2", 12)
                        .u32("cr3", 16)
                        .u32("cr4", 20)
                        .u16("gdt_limit", 24)
                        .u32("gdt_base", 26)
                        .u16("idt_limit", 30)
                        .u32("idt_base", 32)
                        .u16("ldt", 36)
                        .u16("tss", 38)
                        .u32("tr", 40)
                        .size(52),
                named("device")
                        .u32("parent", 100)
                        .bytes("bus_id", 140, 20)
                        .u32("driver_data", 192)
                        .u32("platform_data", 196)
                        .u32("power.power_state", 200)
                        .u32("power.status", 208)
                        .bytes("power.entry", 212, 8)
                        .size(280))) {
            all.put(layout.name(), layout);
        }
        return all;
    }

    private static Map<String, Long> symbols() {
        Map<String, Long> all = new HashMap<>();
        all.put("_text", 0xc0100000L);
        all.put("_stext", 0xc0101000L);
        all.put("_etext", 0xc0320000L);
        all.put("linux_banner", 0xc0321000L);
        all.put("kernel_config_data", 0xc0322000L);
        all.put("zone_names", 0xc0395f10L);
        all.put("init_task", 0xc03a0000L);
        all.put("init_uts_ns", 0xc03b6e40L);
        all.put("per_cpu__gdt_page", 0xc03ba000L);
        all.put("contig_page_data", 0xc03bb380L);
        all.put("kmalloc_caches", 0xc03c4000L);
        all.put("slab_caches", 0xc03c5000L);
        all.put("idt_table", 0xc03c8000L);
        all.put("saved_command_line", 0xc03c9000L);
        all.put("node_online_map", 0xc03c9a34L);
        all.put("kexec_mutex", 0xc03c9b00L);
        all.put("_edata", 0xc03cd000L);
        all.put("init_thread_union", 0xc03ce000L);
        all.put("__init_begin", 0xc03d0000L);
        all.put("__init_end", 0xc0406000L);
        all.put("swapper_pg_dir", 0xc0406000L);
        all.put("swapper_pg_fixmap", 0xc0407000L);
        all.put("empty_zero_page", 0xc0408000L);
        all.put("kexec_pgd", 0xc0420000L);
        all.put("kexec_pte0", 0xc0421000L);
        all.put("kexec_pte1", 0xc0422000L);
        all.put("__log_buf", 0xc0430000L);
        all.put("log_buf", 0xc0438000L);
        all.put("log_buf_len", 0xc0438004L);
        all.put("log_start", 0xc0438008L);
        all.put("con_start", 0xc043800cL);
        all.put("log_end", 0xc0438010L);
        all.put("logged_chars", 0xc0438014L);
        all.put("console_suspended", 0xc0438018L);
        all.put("vmcoreinfo_data", 0xc0439000L);
        all.put("vmcoreinfo_size", 0xc043a000L);
        all.put("vmcoreinfo_note", 0xc043b000L);
        all.put("crash_notes", 0xc043d000L);
        all.put("kexec_image", 0xc043e000L);
        all.put("kexec_crash_image", 0xc043e004L);
        all.put("crashk_start", 0xc043e008L);
        all.put("crashk_end", 0xc043e00cL);
        all.put("elfcorehdr_addr", 0xc043e010L);
        all.put("saved_max_pfn", 0xc043e014L);
        all.put("max_pfn", 0xc043e018L);
        all.put("totalram_pages", 0xc043e01cL);
        all.put("jiffies", 0xc043e020L);
        all.put("rootfs_length", 0xc043e028L);
        all.put("rootfs_pages", 0xc043e02cL);
        all.put("pid_hash", 0xc043e030L);
        all.put("dentry_hashtable", 0xc043e034L);
        all.put("inode_hashtable", 0xc043e038L);
        all.put("max_low_pfn", 0xc043e03cL);
        all.put("dpm_list", 0xc043e040L);
        all.put("saved_context", 0xc043e080L);
        all.put("vm_stat", 0xc043e0c0L);
        all.put("contig_bootmem_data", 0xc043e100L);
        all.put("totalhigh_pages", 0xc043e120L);
        all.put("e820", 0xc0440000L);
        all.put("firmware_map", 0xc0442000L);
        all.put("mem_map", 0xc0471f4cL);
        all.put("_end", 0xc0480000L);
        all.put("pg0", 0xc0480000L);
        all.put("pg0_end", 0xc0483000L);
        return all;
    }

    private static Map<String, Integer> numbers() {
        Map<String, Integer> all = new HashMap<>();
        all.put("PG_referenced", 2);
        all.put("PG_uptodate", 3);
        all.put("PG_lru", 5);
        all.put("PG_active", 6);
        all.put("PG_slab", 7);
        all.put("PG_reserved", 10);
        all.put("PG_private", 11);
        all.put("PG_head", 13);
        all.put("PG_tail", 14);
        all.put("PG_swapcache", 15);
        all.put("PG_mappedtodisk", 16);
        all.put("PG_buddy", 18);
        all.put("ZONES_SHIFT", 30);
        all.put("NR_FREE_PAGES", 0);
        all.put("NR_INACTIVE", 1);
        all.put("NR_ACTIVE", 2);
        all.put("NR_ANON_PAGES", 3);
        all.put("NR_FILE_PAGES", 5);
        all.put("NR_SLAB_UNRECLAIMABLE", 9);
        all.put("NR_PAGETABLE", 10);
        all.put("zone.free_area", 11);
        all.put("free_area.free_list", 5);
        all.put("MIGRATE_UNMOVABLE", 0);
        all.put("MIGRATE_RECLAIMABLE", 1);
        all.put("MIGRATE_MOVABLE", 2);
        all.put("MIGRATE_RESERVE", 3);
        all.put("LOG_BUF_LEN", 0x8000);
        all.put("PF_NOFREEZE", 0x8000);
        all.put("PF_FROZEN", 0x10000);
        all.put("PF_FREEZER_NOSIG", 0x80000000);
        all.put("TIF_FREEZE", 23);
        return all;
    }

    private static final List<String> VMCOREINFO = List.of(
            "OSRELEASE",
            "PAGESIZE",
            "SYMBOL(init_uts_ns)",
            "SYMBOL(node_online_map)",
            "SYMBOL(swapper_pg_dir)",
            "SYMBOL(_stext)",
            "SYMBOL(mem_map)",
            "SYMBOL(contig_page_data)",
            "SIZE(page)",
            "SIZE(pglist_data)",
            "SIZE(zone)",
            "SIZE(free_area)",
            "SIZE(list_head)",
            "SIZE(nodemask_t)",
            "OFFSET(page.flags)",
            "OFFSET(page._count)",
            "OFFSET(page.mapping)",
            "OFFSET(page.lru)",
            "OFFSET(pglist_data.node_zones)",
            "OFFSET(pglist_data.nr_zones)",
            "OFFSET(pglist_data.node_mem_map)",
            "OFFSET(pglist_data.node_start_pfn)",
            "OFFSET(pglist_data.node_spanned_pages)",
            "OFFSET(pglist_data.node_id)",
            "OFFSET(zone.free_area)",
            "OFFSET(zone.vm_stat)",
            "OFFSET(zone.spanned_pages)",
            "OFFSET(free_area.free_list)",
            "OFFSET(list_head.next)",
            "OFFSET(list_head.prev)",
            "LENGTH(zone.free_area)",
            "LENGTH(free_area.free_list)",
            "NUMBER(NR_FREE_PAGES)",
            "NUMBER(PG_lru)",
            "NUMBER(PG_private)",
            "NUMBER(PG_swapcache)");
}
