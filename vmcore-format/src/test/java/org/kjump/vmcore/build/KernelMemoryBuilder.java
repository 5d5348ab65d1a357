package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.layout.Struct;
import org.kjump.vmcore.layout.StructLayout;

/**
 * A kernel's memory as a description: stretches of RAM, the name of the kernel, struct pages in one of the memory models, and the
 * VMCOREINFO that tells of them. Page tables and free lists are written into {@link #ram()} by whoever wants them.
 */
public final class KernelMemoryBuilder {
    private static final int PAGE_SHIFT = 12;
    /** include/linux/mmzone.h: SECTION_MARKED_PRESENT and SECTION_HAS_MEM_MAP. */
    private static final int SECTION_FLAGS = 3;
    /** From here on, i386 memory is high: the kernel has no fixed mapping of it. */
    private static final long I386_HIGH = 0x38000000L;

    private record Stretch(long start, long end) {}

    private final Target target;
    private final long directMap;
    private final Ram ram;
    private final VmcoreInfoText info = new VmcoreInfoText();
    private final List<Stretch> stretches = new ArrayList<>();
    /** First frame of an array of struct pages to the physical address of that frame's. */
    private final NavigableMap<Long, Long> maps = new TreeMap<>();

    private final StructLayout page;
    private int vmcoreInfoLength;

    /**
     * @param directMap where the kernel maps physical address 0
     * @param page the layout of struct page: _mapcount and one of _count and _refcount at least
     */
    public KernelMemoryBuilder(Target target, long directMap, StructLayout page) {
        this.target = target;
        this.directMap = directMap;
        this.ram = new Ram(target.order());
        this.page = page;
    }

    public Ram ram() {
        return ram;
    }

    public VmcoreInfoText info() {
        return info;
    }

    /** The address under which the kernel sees {@code paddr}. */
    public long vaddr(long paddr) {
        return directMap + paddr;
    }

    public void pointer(long paddr, long value) {
        ram.setUnsigned(paddr, target.wordBytes(), value);
    }

    /** A stretch of memory, and a load of the dump. */
    public KernelMemoryBuilder memory(long start, long end) {
        stretches.add(new Stretch(start, end));
        return this;
    }

    /** The kernel's name at {@code init_uts_ns} + 4, as 390 bytes: six texts of 65. */
    public KernelMemoryBuilder named(long utsNamespace, long utsVaddr, String release, String machine) {
        String[] texts = {"Linux", "built", release, "#1", machine, "(none)"};
        for (int i = 0; i < texts.length; i++) {
            ram.write(utsNamespace + 4 + 65L * i, ByteBuffer.wrap(texts[i].getBytes(StandardCharsets.US_ASCII)));
        }
        info.line("OSRELEASE", release).line("PAGESIZE", "4096").symbol("init_uts_ns", utsVaddr);
        return this;
    }

    /** FLATMEM: one array. */
    public KernelMemoryBuilder flat(long pointer, long map, long frames) {
        info.symbol("mem_map", vaddr(pointer));
        pointer(pointer, vaddr(map));
        array(0, map, frames);
        return this;
    }

    /** How a kernel finds the structures of its sections. */
    public enum Sections {
        /** SPARSEMEM_STATIC: an array. */
        ARRAY,
        /** SPARSEMEM_EXTREME: an array of pointers to pages of them; VMCOREINFO names the array. */
        ROOTS,
        /** SPARSEMEM_EXTREME of 4.15 and later, where VMCOREINFO names the pointer to the array. */
        POINTER_TO_ROOTS
    }

    /**
     * SPARSEMEM: an array for each section with memory, one behind the other from {@code map} on.
     *
     * @param struct size of {@code struct mem_section}
     * @param table where the array goes: a page for {@link Sections#POINTER_TO_ROOTS}, two pages for the first root; the rest behind
     */
    public KernelMemoryBuilder sparse(
            Sections sections, int sectionBits, int physmemBits, int struct, long table, long map) {
        int shift = sectionBits - PAGE_SHIFT;
        long all = 1L << physmemBits - sectionBits;
        long perRoot = 4096 / struct;
        info.symbol("mem_section", vaddr(table))
                .length("mem_section", sections == Sections.ARRAY ? all : (all + perRoot - 1) / perRoot)
                .size("mem_section", struct)
                .offset("mem_section.section_mem_map", 0);
        long root = table + 4096;
        long array = table + 8192;
        switch (sections) {
            case ARRAY -> array = table;
            case ROOTS -> {
                array = table;
                root = table + 4096L * 64;
                pointer(array, vaddr(root));
            }
            case POINTER_TO_ROOTS -> {
                pointer(table, vaddr(array));
                pointer(array, vaddr(root));
            }
        }
        long next = map;
        for (long section = 0; section << sectionBits < end(); section++) {
            long start = section << shift;
            long frames = frames(start, start + (1L << shift));
            if (frames > 0) {
                long at = (sections == Sections.ARRAY ? array : root) + section * struct;
                pointer(at, vaddr(next) - start * page.size() | SECTION_FLAGS);
                array(start, next, frames);
                next += (frames * page.size() + 4095) / 4096 * 4096;
            }
        }
        return this;
    }

    private long end() {
        return stretches.stream().mapToLong(Stretch::end).max().orElse(0);
    }

    /** How many frames there are from {@code start} to the last one with memory below {@code end}. */
    private long frames(long start, long end) {
        return stretches.stream()
                .filter(stretch -> stretch.start >> PAGE_SHIFT < end && stretch.end >> PAGE_SHIFT > start)
                .mapToLong(stretch -> Math.min(end, stretch.end >> PAGE_SHIFT) - start)
                .max()
                .orElse(0);
    }

    private void array(long start, long map, long frames) {
        maps.put(start, map);
        String count = page.find("_refcount").isPresent() ? "_refcount" : "_count";
        for (long pfn = start; pfn < start + frames; pfn++) {
            page(pfn).set(count, 1);
            page(pfn).set("_mapcount", -1);
        }
    }

    /** The struct page of a frame: its members are set by name. */
    public Struct page(long pfn) {
        var map = maps.floorEntry(pfn);
        return page.at(ram, map.getValue() + (pfn - map.getKey()) * page.size());
    }

    /** The address under which the kernel sees a frame's struct page. */
    public long pageVaddr(long pfn) {
        return vaddr(page(pfn).address());
    }

    /** VMCOREINFO gets a line more that makes it so long. */
    public KernelMemoryBuilder vmcoreInfoLength(int bytes) {
        vmcoreInfoLength = bytes;
        return this;
    }

    /** The dump that the kernel's own /proc/vmcore gives: loads with the addresses of the direct map. */
    public DumpBuilder dump() {
        return dump(paddr -> target.wordBytes() == 4 && paddr >= I386_HIGH ? -1 : vaddr(paddr));
    }

    /** A dump as a hypervisor makes it, which knows no virtual addresses. */
    public DumpBuilder hypervisorDump() {
        return dump(paddr -> 0);
    }

    private DumpBuilder dump(LongUnaryOperator vaddr) {
        DumpBuilder dump = DumpBuilder.core(target);
        dump.note("CORE", 1, new byte[target.wordBytes() == 8 ? 336 : 144]);
        dump.vmcoreinfo(vmcoreInfoLength == 0 ? info.toString() : info.padded(vmcoreInfoLength));
        for (Stretch stretch : stretches) {
            long size = stretch.end - stretch.start;
            dump.load(ram, stretch.start, vaddr.applyAsLong(stretch.start), size, size);
        }
        return dump;
    }
}
