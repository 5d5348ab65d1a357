package org.kjump.vmcore.debug;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.kjump.vmcore.VmcoreInfo;

/** What a dump tool has to know of a kernel for a piece of its work. Kernels keep the same things in several ways; one is enough. */
public enum Need {
    /** The members of struct page that every kernel has. */
    STRUCT_PAGE("SIZE(page) OFFSET(page.flags) OFFSET(page.mapping) OFFSET(page.lru)"),
    /** Where the struct pages are. */
    MEMORY_MODEL(
            "SYMBOL(mem_section) SIZE(mem_section) OFFSET(mem_section.section_mem_map)",
            "SYMBOL(mem_map)",
            "SYMBOL(node_data) LENGTH(node_data) SIZE(pglist_data) OFFSET(pglist_data.node_mem_map)"
                    + " OFFSET(pglist_data.node_start_pfn) OFFSET(pglist_data.node_spanned_pages)"),
    /** The numbers of the flags by which pages are classed. */
    PAGE_FLAGS("NUMBER(PG_lru) NUMBER(PG_private) NUMBER(PG_swapcache)"),
    /** Which pages are free: by their struct page, or by the lists of free blocks. */
    FREE_PAGES(
            "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE) OFFSET(page._mapcount) OFFSET(page.private)",
            "SIZE(zone) SIZE(free_area) SIZE(list_head) OFFSET(pglist_data.node_zones) OFFSET(pglist_data.nr_zones)"
                    + " OFFSET(zone.free_area) OFFSET(zone.spanned_pages) LENGTH(zone.free_area)"
                    + " OFFSET(free_area.free_list) LENGTH(free_area.free_list)"
                    + " OFFSET(list_head.next) OFFSET(list_head.prev)"),
    /** How many frames a compound page has; a kernel with {@code page._count}, before 4.7, has it where lists have their links. */
    COMPOUND_PAGES(
            "NUMBER(PG_head_mask) NUMBER(PAGE_HUGETLB_MAPCOUNT_VALUE)",
            "NUMBER(PG_head_mask) NUMBER(PG_hugetlb)",
            "NUMBER(PG_head_mask) OFFSET(folio._folio_order) OFFSET(folio._folio_dtor)",
            "NUMBER(PG_head_mask) OFFSET(page.compound_order)",
            "OFFSET(page._count)"),
    /** Which pages belong to the one before; before 4.7 nobody needs it. */
    TAIL_PAGES("OFFSET(page.compound_head)", "OFFSET(page.compound_info)", "OFFSET(page._count)"),
    /** The kernel's messages. */
    LOG(
            "SYMBOL(prb) OFFSET(printk_ringbuffer.desc_ring) OFFSET(printk_ringbuffer.text_data_ring)"
                    + " OFFSET(prb_desc_ring.count_bits) OFFSET(prb_desc_ring.descs) OFFSET(prb_desc_ring.infos)"
                    + " OFFSET(prb_desc_ring.head_id) OFFSET(prb_desc_ring.tail_id) SIZE(prb_desc)"
                    + " OFFSET(prb_desc.state_var) OFFSET(prb_desc.text_blk_lpos) OFFSET(prb_data_blk_lpos.begin)"
                    + " OFFSET(prb_data_blk_lpos.next) SIZE(printk_info) OFFSET(printk_info.ts_nsec)"
                    + " OFFSET(printk_info.text_len) OFFSET(prb_data_ring.size_bits) OFFSET(prb_data_ring.data)"
                    + " OFFSET(atomic_long_t.counter)",
            "SYMBOL(log_buf) SYMBOL(log_buf_len) SYMBOL(log_end)",
            "SYMBOL(log_buf) SYMBOL(log_buf_len) SYMBOL(log_first_idx) SYMBOL(log_next_idx)");

    /** One in each line: keys, divided by blanks. */
    private final String ways;

    Need(String... ways) {
        this.ways = String.join("\n", ways);
    }

    /** Whether {@code info} has all keys of one way. */
    public boolean isMetBy(VmcoreInfo info) {
        return ways.lines().anyMatch(way -> Arrays.stream(way.split(" ")).allMatch(info::has));
    }

    /** The keys of all ways. */
    Set<String> keys() {
        return new LinkedHashSet<>(Arrays.asList(ways.split("[ \n]")));
    }
}
