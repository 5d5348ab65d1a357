package org.kjump.linux.mm;

import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.StructLayout;

/** {@code mem_map}: the struct page of every page frame (FLATMEM). */
public final class MemMap {
    private final KernelView kernel;
    private final Ram ram;
    private final long base;
    private final int size;
    private final int flags;
    private final int count;
    private final int mapcount;
    private final int privateData;
    private final int mapping;
    private final int index;
    private final int lru;

    public MemMap(KernelView kernel) {
        this.kernel = kernel;
        this.ram = kernel.ram();
        this.base = kernel.variable("mem_map");
        StructLayout page = kernel.profile().struct("page");
        this.size = page.size();
        this.flags = page.field("flags").offset();
        this.count = page.field("_count").offset();
        this.mapcount = page.field("_mapcount").offset();
        this.privateData = page.field("private").offset();
        this.mapping = page.field("mapping").offset();
        this.index = page.field("index").offset();
        this.lru = page.field("lru").offset();
    }

    /** Bytes that {@code frames} page frames need. */
    static long bytes(Profile profile, int frames) {
        return (long) frames * profile.struct("page").size();
    }

    /** The virtual address of a frame's struct page. */
    public long page(int pfn) {
        return base + (long) pfn * size;
    }

    long lru(int pfn) {
        return page(pfn) + lru;
    }

    int pfnOfLru(long node) {
        return (int) ((node - lru - base) / size);
    }

    int flags(int pfn) {
        return ram.u32(KernelView.paddr(page(pfn) + flags));
    }

    private void set(int pfn, int offset, long value) {
        ram.setU32(KernelView.paddr(page(pfn) + offset), (int) value);
    }

    int privateData(int pfn) {
        return ram.u32(KernelView.paddr(page(pfn) + privateData));
    }

    void setPrivate(int pfn, int value) {
        set(pfn, privateData, value);
    }

    int bit(String flag) {
        return 1 << kernel.profile().number(flag);
    }

    /** The zone number in a frame's flags. */
    int zone(int pfn) {
        return flags(pfn) >>> kernel.profile().number("ZONES_SHIFT");
    }

    private void setFlags(int pfn, int bits) {
        set(pfn, flags, flags(pfn) & ~0 << kernel.profile().number("ZONES_SHIFT") | bits);
    }

    void addFlags(int pfn, int bits) {
        set(pfn, flags, flags(pfn) | bits);
    }

    /** Whether a frame is the first of a free block. */
    boolean isBuddy(int pfn) {
        return (flags(pfn) & bit("PG_buddy")) != 0;
    }

    void setBuddy(int pfn, int order) {
        addFlags(pfn, bit("PG_buddy"));
        setPrivate(pfn, order);
    }

    void clearBuddy(int pfn) {
        set(pfn, flags, flags(pfn) & ~bit("PG_buddy"));
        setPrivate(pfn, 0);
    }

    /** As memmap_init_zone leaves every page, and as those stay that never reach the allocator. */
    void initReserved(int pfn, int zone) {
        set(pfn, flags, zone << kernel.profile().number("ZONES_SHIFT") | bit("PG_reserved"));
        set(pfn, count, 1);
        set(pfn, mapcount, -1);
        kernel.initList(lru(pfn));
    }

    /** A page that nobody uses. */
    void setFree(int pfn) {
        use(pfn, 0, 0);
    }

    /** A page in use by the kernel itself: a table, a stack, a buffer. */
    void setKernel(int pfn) {
        use(pfn, 0, 1);
    }

    private void use(int pfn, int bits, int users) {
        setFlags(pfn, bits);
        set(pfn, count, users);
        set(pfn, mapcount, -1);
        set(pfn, privateData, 0);
        set(pfn, mapping, 0);
    }

    /** A page of a kexec image: kernel/kexec.c, kimage_alloc_pages. */
    public void setImage(int pfn) {
        use(pfn, bit("PG_reserved"), 1);
    }

    /** The pages of a slab: the first has all that is to know, the others lead to it. */
    void setSlab(int pfn, int order, int objects, long cache) {
        use(pfn, order == 0 ? bit("PG_slab") : bit("PG_slab") | bit("PG_head"), 1);
        set(pfn, mapcount, (long) objects << 16);
        set(pfn, privateData, cache);
        for (int tail = pfn + 1; tail < pfn + (1 << order); tail++) {
            use(tail, bit("PG_tail"), 0);
            set(tail, privateData, page(pfn));
        }
    }

    /** The first page of the slab that a frame is part of. */
    int slabHead(int pfn) {
        return (flags(pfn) & bit("PG_tail")) != 0 ? pfnOfPage(privateData(pfn) & 0xffffffffL) : pfn;
    }

    int pfnOfPage(long page) {
        return (int) ((page - base) / size);
    }

    int slabInUse(int pfn) {
        return ram.u32(KernelView.paddr(page(pfn) + mapcount)) & 0xffff;
    }

    void setSlabInUse(int pfn, int objects) {
        set(pfn, mapcount, ram.u32(KernelView.paddr(page(pfn) + mapcount)) & 0xffff0000L | objects);
    }

    void clearActive(int pfn) {
        set(pfn, flags, flags(pfn) & ~bit("PG_active"));
    }

    /** A page of a process, mapped {@code maps} times at {@code user}; anon_vma is the low bit's neighbour. */
    public void setAnonymous(int pfn, long anonVma, long user, int maps) {
        use(pfn, bit("PG_uptodate"), maps);
        set(pfn, mapcount, maps - 1L);
        set(pfn, mapping, anonVma | 1);
        set(pfn, index, user >> Ram.PAGE_SHIFT);
        Zones.count(kernel, Zones.zone(kernel, zone(pfn)), "NR_ANON_PAGES", 1);
        new Lru(kernel, this).addActive(pfn);
    }

    /** A page of a file that nobody maps. */
    public void setCache(int pfn, long addressSpace, int pageIndex) {
        use(pfn, bit("PG_uptodate"), 1);
        file(pfn, addressSpace, pageIndex);
    }

    /** A page of a file with buffer heads, as ext2 has them. */
    public void setBuffered(int pfn, long addressSpace, int pageIndex, long bufferHead) {
        use(pfn, bit("PG_uptodate") | bit("PG_private") | bit("PG_mappedtodisk"), 2);
        set(pfn, privateData, bufferHead);
        file(pfn, addressSpace, pageIndex);
    }

    private void file(int pfn, long addressSpace, int pageIndex) {
        set(pfn, mapping, addressSpace);
        set(pfn, index, pageIndex);
        Zones.count(kernel, Zones.zone(kernel, zone(pfn)), "NR_FILE_PAGES", 1);
        new Lru(kernel, this).addInactive(pfn);
    }

    /** A page of page tables. */
    public void setPageTable(int pfn) {
        use(pfn, 0, 1);
        Zones.count(kernel, Zones.zone(kernel, zone(pfn)), "NR_PAGETABLE", 1);
    }
}
