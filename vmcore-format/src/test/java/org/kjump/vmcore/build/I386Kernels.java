package org.kjump.vmcore.build;

import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.KernelMemoryBuilder.Sections;
import org.kjump.vmcore.build.PageTables.Mode;
import org.kjump.vmcore.layout.Struct;
import org.kjump.vmcore.layout.StructLayout;

/** Kernels of i386 in the days of 2.6.27: free pages are told by the buddy allocator's lists only. */
public final class I386Kernels {
    private static final long PAGE_OFFSET = 0xc0000000L;
    private static final int MIB = 1 << 20;
    /** Flag numbers of such a kernel without sparse memory: lru 5, private 11, swapcache 15. */
    public static final long LRU = 1L << 5;

    public static final long PRIVATE = 1L << 11;

    private static final int ORDERS = 11;
    private static final int TYPES = 5;
    private static final int FREE_AREA = 44;

    /** What of struct page VMCOREINFO of such a kernel tells. */
    private static final StructLayout TOLD = StructLayout.named("page")
            .u32("flags", 0)
            .u32("_count", 4)
            .u32("mapping", 16)
            .u64("lru", 24)
            .size(32);

    private static final StructLayout PAGE = StructLayout.named("page")
            .u32("flags", 0)
            .u32("_count", 4)
            .u32("_mapcount", 8)
            .u32("mapping", 16)
            .u32("lru.next", 24)
            .u32("lru.prev", 28)
            .size(32);

    /** Sizes and places of these two depend on a kernel's configuration: any that hold the members will do. */
    private static final StructLayout ZONE = StructLayout.named("zone")
            .bytes("free_area", 0x40, ORDERS * FREE_AREA)
            .u32("vm_stat", 0x240)
            .u32("spanned_pages", 0x2c0)
            .size(0x300);

    private static final StructLayout NODE = StructLayout.named("pglist_data")
            .bytes("node_zones", 0, 3 * 0x300)
            .u32("nr_zones", 0x920)
            .u32("node_mem_map", 0x924)
            .u32("node_start_pfn", 0x928)
            .u32("node_spanned_pages", 0x930)
            .u32("node_id", 0x934)
            .size(0x940);

    private static final long NODE_PADDR = 0x13000;
    private static final long DIRECTORY = 0x2000;

    private I386Kernels() {}

    private static KernelMemoryBuilder kernel() {
        KernelMemoryBuilder kernel = new KernelMemoryBuilder(Target.I386, PAGE_OFFSET, PAGE)
                .named(0x10000, PAGE_OFFSET + 0x10000, "2.6.27", "i686");
        kernel.ram().setUnsigned(0x12000, 4, 1);
        kernel.info()
                .symbol("node_online_map", kernel.vaddr(0x12000))
                .symbol("swapper_pg_dir", kernel.vaddr(DIRECTORY))
                .symbol("_stext", PAGE_OFFSET + 0x100000)
                .symbol("contig_page_data", kernel.vaddr(NODE_PADDR))
                .struct(TOLD)
                .struct(NODE)
                .struct(ZONE)
                .size("free_area", FREE_AREA)
                .size("list_head", 8)
                .size("nodemask_t", 4)
                .offset("free_area.free_list", 0)
                .offset("list_head.next", 0)
                .offset("list_head.prev", 4)
                .length("zone.free_area", ORDERS)
                .length("free_area.free_list", TYPES)
                .number("NR_FREE_PAGES", 0)
                .number("PG_lru", 5)
                .number("PG_private", 11)
                .number("PG_swapcache", 15);
        return kernel;
    }

    /** 32 MiB, flat; page tables of 4 MiB pages; free blocks as told at {@code blocks}. */
    public static KernelMemoryBuilder freeLists() {
        KernelMemoryBuilder kernel = kernel().memory(0, 0xa0000).memory(0x100000, 32 * MIB);
        kernel.flat(0x11000, 16 * MIB, 32 * MIB / 4096);
        PageTables tables = new PageTables(kernel.ram(), Mode.TWO_LEVELS, DIRECTORY, 0x3000);
        for (long paddr = 0; paddr < 32 * MIB; paddr += 4 * MIB) {
            tables.map(PAGE_OFFSET + paddr, paddr, 4 * MIB);
        }
        blocks(kernel, 8192);
        return kernel;
    }

    /** Sections of 64 MiB in an array, memory in the first and the third. */
    public static KernelMemoryBuilder sections() {
        KernelMemoryBuilder kernel = kernel().memory(0, 32 * MIB).memory(128L * MIB, 130L * MIB);
        kernel.sparse(Sections.ARRAY, 26, 32, 8, 0x14000, 16 * MIB);
        blocks(kernel, 130 * MIB / 4096);
        cacheAt(kernel, 128 * MIB / 4096);
        return kernel;
    }

    /** Sections of 512 MiB, PAE; a little memory above 4 GiB, which has no fixed mapping. */
    public static KernelMemoryBuilder pae() {
        KernelMemoryBuilder kernel = kernel().memory(0, 32 * MIB).memory(1L << 32, (1L << 32) + MIB);
        kernel.info().line("CONFIG_X86_PAE", "y");
        kernel.sparse(Sections.ARRAY, 29, 36, 8, 0x14000, 16 * MIB);
        PageTables tables = new PageTables(kernel.ram(), Mode.PAE, DIRECTORY, 0x3000);
        for (long paddr = 0; paddr < 32 * MIB; paddr += 2 * MIB) {
            tables.map(PAGE_OFFSET + paddr, paddr, 2 * MIB);
        }
        blocks(kernel, 8192);
        cacheAt(kernel, 1 << 20);
        return kernel;
    }

    /** As {@link TinyKernels} has it: blocks of order 3 and 0 on the lists of zone DMA. */
    public static KernelMemoryBuilder tiny() {
        KernelMemoryBuilder kernel = kernel().memory(0, TinyKernels.MEMORY);
        kernel.flat(0x11000, 0x40000, TinyKernels.MEMORY / 4096);
        NODE.at(kernel.ram(), NODE_PADDR).set("nr_zones", 1);
        zone(kernel, 0).set("spanned_pages", TinyKernels.MEMORY / 4096);
        for (int order = 0; order < ORDERS; order++) {
            for (int type = 0; type < TYPES; type++) {
                list(kernel, 0, order, type);
            }
        }
        list(kernel, 0, 3, 0, 0x28, 0x20);
        list(kernel, 0, 0, 2, 0x31, 0x33, 0x30);
        cacheAt(kernel, 0x35);
        PageTables tables = new PageTables(kernel.ram(), Mode.TWO_LEVELS, DIRECTORY, 0x3000);
        for (long paddr = 0; paddr < TinyKernels.MEMORY; paddr += 4096) {
            tables.map(PAGE_OFFSET + paddr, paddr, 4096);
        }
        return kernel;
    }

    private static void cacheAt(KernelMemoryBuilder kernel, long pfn) {
        kernel.page(pfn).set("flags", LRU);
        kernel.ram().scribble(pfn, pfn + 1);
    }

    /** Zone DMA: a block of order 10 and one of order 3. Zone Normal: two of order 0 and one of order 4. Three pages in use. */
    private static void blocks(KernelMemoryBuilder kernel, long frames) {
        Struct node = NODE.at(kernel.ram(), NODE_PADDR);
        node.set("nr_zones", 2);
        zone(kernel, 0).set("spanned_pages", 4096);
        zone(kernel, 1).set("spanned_pages", frames - 4096);
        for (int zone = 0; zone < 2; zone++) {
            for (int order = 0; order < ORDERS; order++) {
                for (int type = 0; type < TYPES; type++) {
                    list(kernel, zone, order, type);
                }
            }
        }
        list(kernel, 0, 10, 2, 0x800);
        list(kernel, 0, 3, 0, 0xc08);
        list(kernel, 1, 0, 2, 0x1900, 0x1902);
        list(kernel, 1, 4, 1, 0x1a00);
        zone(kernel, 0).set("vm_stat", 1024 + 8);
        zone(kernel, 1).set("vm_stat", 2 + 16);
        kernel.ram().scribble(0x1b00, 0x1b10);
        kernel.page(0x1b00).set("flags", LRU);
        kernel.page(0x1b01).set("flags", LRU | PRIVATE);
        kernel.page(0x1b02).set("flags", LRU);
        kernel.page(0x1b02).set("mapping", 0xc1000001L);
    }

    private static Struct zone(KernelMemoryBuilder kernel, int zone) {
        return ZONE.at(kernel.ram(), NODE_PADDR + (long) zone * ZONE.size());
    }

    /** Where the head of a free list is. */
    public static long head(KernelMemoryBuilder kernel, int zone, int order, int type) {
        return zone(kernel, zone).addressOf("free_area") + (long) order * FREE_AREA + 8L * type;
    }

    /** Makes a free list of the blocks at {@code pfns}. */
    public static void list(KernelMemoryBuilder kernel, int zone, int order, int type, long... pfns) {
        long head = head(kernel, zone, order, type);
        long previous = head;
        for (long pfn : pfns) {
            long node = kernel.page(pfn).addressOf("lru.next");
            link(kernel, previous, node);
            previous = node;
        }
        link(kernel, previous, head);
    }

    private static void link(KernelMemoryBuilder kernel, long from, long to) {
        kernel.pointer(from, kernel.vaddr(to));
        kernel.pointer(to + 4, kernel.vaddr(from));
    }
}
