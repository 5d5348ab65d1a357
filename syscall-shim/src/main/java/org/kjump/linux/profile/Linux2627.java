package org.kjump.linux.profile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Linux 2.6.27 for i386, one processor: FLATMEM, HIGHMEM4G, no PAE, SLUB, HZ 250. Addresses are a small kernel's at 1 MiB, laid out in the order of
 * arch/x86/kernel/vmlinux_32.lds.S.
 */
final class Linux2627 {
    private Linux2627() {}

    static Profile profile() {
        return new Profile("2.6.27", ZONES, Linux2627Structs.all(), symbols(), numbers(), VMCOREINFO);
    }

    private static final List<String> ZONES = List.of("DMA", "Normal", "HighMem", "Movable");

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
        all.put("PF_FORKNOEXEC", 0x40);
        all.put("PF_SUPERPRIV", 0x100);
        all.put("PF_KTHREAD", 0x200000);
        all.put("PF_RANDOMIZE", 0x400000);
        all.put("TASK_INTERRUPTIBLE", 1);
        all.put("TASK_UNINTERRUPTIBLE", 2);
        all.put("TASK_STOPPED", 4);
        all.put("TASK_TRACED", 8);
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
