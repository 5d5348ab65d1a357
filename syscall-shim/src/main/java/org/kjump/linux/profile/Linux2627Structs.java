package org.kjump.linux.profile;

import static org.kjump.vmcore.layout.StructLayout.named;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kjump.vmcore.layout.StructLayout;

/** The structures of {@link Linux2627}: offsets from the compiler's debug information for the release's headers. */
final class Linux2627Structs {
    private Linux2627Structs() {}

    static Map<String, StructLayout> all() {
        Map<String, StructLayout> all = new HashMap<>();
        for (StructLayout layout : List.of(
                named("page")
                        .u32("flags", 0)
                        .u32("_count", 4)
                        .u32("_mapcount", 8)
                        .u32("private", 12)
                        .u32("mapping", 16)
                        .u32("index", 20)
                        .u32("freelist", 20)
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
}
