package org.kjump.linux.kexec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kjump.linux.mm.Gfp;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.mm.Slab;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/**
 * A {@code struct kimage} in memory and the pages that belong to it (kernel/kexec.c). The list that says which source page
 * goes where is in the kernel's own encoding: {@link #DESTINATION} and so on in the low bits of physical addresses.
 */
final class Kimage {
    static final int DESTINATION = 1;
    static final int INDIRECTION = 2;
    static final int DONE = 4;
    static final int SOURCE = 8;

    private static final int PRESERVE_CONTEXT = 2;
    private static final long LAST_SLOT = Ram.PAGE_SIZE - 4;

    private final KernelView kernel;
    private final PageAllocator allocator;
    private final Struct image;
    /** While the image is being loaded: which entry of the list holds the source of a frame. An index, not a fact. */
    private final Map<Integer, Long> sourceSlots = new HashMap<>();
    /** While the image is being loaded: what is on dest_pages, likewise. */
    private final Set<Integer> setAside = new HashSet<>();

    Kimage(KernelView kernel, long address) {
        this.kernel = kernel;
        this.allocator = new PageAllocator(kernel);
        this.image = kernel.struct("kimage", address);
    }

    /** A new image without pages; empty if memory is short. */
    static Kimage allocate(KernelView kernel) throws OutOfMemory {
        int size = kernel.profile().struct("kimage").size();
        Kimage kimage = new Kimage(kernel, new Slab(kernel).allocate(size).orElseThrow(OutOfMemory::new));
        Struct image = kimage.image;
        image.set("entry", image.addressOf("head"));
        image.set("last_entry", image.addressOf("head"));
        for (String list : new String[] {"control_pages", "dest_pages", "unuseable_pages"}) {
            kernel.initList(image.addressOf(list));
        }
        return kimage;
    }

    long address() {
        return image.address();
    }

    Struct struct() {
        return image;
    }

    boolean preservesContext() {
        return (image.get("bits") & PRESERVE_CONTEXT) != 0;
    }

    void preserveContext() {
        image.set("bits", image.get("bits") | PRESERVE_CONTEXT);
    }

    Struct segment(int number) {
        long first = image.addressOf("segment");
        return kernel.struct("kexec_segment", first + 16L * number);
    }

    private boolean isDestination(int pfn) {
        long paddr = (long) pfn << Ram.PAGE_SHIFT;
        for (int i = 0; i < image.get("nr_segments"); i++) {
            long mem = segment(i).get("mem");
            if (paddr + Ram.PAGE_SIZE > mem && paddr < mem + segment(i).get("memsz")) {
                return true;
            }
        }
        return false;
    }

    private int page(Gfp gfp) throws OutOfMemory {
        int pfn = allocator.allocate(gfp, 0).orElseThrow(OutOfMemory::new);
        allocator.memMap().setImage(pfn);
        return pfn;
    }

    /** A page that no segment wants: kimage_alloc_normal_control_pages. */
    int controlPage() throws OutOfMemory {
        List<Integer> rejected = new ArrayList<>();
        try {
            int pfn = page(Gfp.KERNEL);
            while (isDestination(pfn)) {
                rejected.add(pfn);
                pfn = page(Gfp.KERNEL);
            }
            kernel.addToList(image.addressOf("control_pages"), lru(pfn));
            kernel.ram().clearPage(pfn);
            return pfn;
        } finally {
            rejected.forEach(pfn -> allocator.free(pfn, 0));
        }
    }

    /** A page of the crash kernel's memory behind all segments: kimage_alloc_crash_control_pages. */
    int crashControlPage() throws OutOfMemory {
        long at = kernel.variable("crashk_start");
        for (long end = kernel.variable("crashk_end") + 1; at + Ram.PAGE_SIZE <= end; at += Ram.PAGE_SIZE) {
            if (!isDestination((int) (at >> Ram.PAGE_SHIFT))) {
                return (int) (at >> Ram.PAGE_SHIFT);
            }
        }
        throw new OutOfMemory();
    }

    private long lru(int pfn) {
        return allocator.memMap().page(pfn)
                + kernel.profile().struct("page").field("lru").offset();
    }

    private int pfnOf(long lru) {
        long page = lru - kernel.profile().struct("page").field("lru").offset();
        return (int) ((page - allocator.memMap().page(0))
                / kernel.profile().struct("page").size());
    }

    /**
     * The page that will hold what goes to frame {@code destination}: that frame itself if it can be had, else one that is no
     * destination at all (kimage_alloc_page).
     */
    int sourcePage(int destination) throws OutOfMemory {
        return page(destination, Gfp.HIGHUSER);
    }

    private int page(int destination, Gfp gfp) throws OutOfMemory {
        if (setAside.remove(destination)) {
            kernel.removeFromList(lru(destination));
            return destination;
        }
        while (true) {
            int pfn = page(gfp);
            if (pfn == destination || !isDestination(pfn)) {
                return pfn;
            }
            Long slot = sourceSlots.get(pfn);
            if (slot != null) {
                // That frame has a source page already: the new page takes its place, and the old one is free for us.
                long old = kernel.u32(slot);
                int oldPfn = (int) (old >> Ram.PAGE_SHIFT);
                byte[] bytes = kernel.ram().peekPage(oldPfn).clone();
                System.arraycopy(bytes, 0, kernel.ram().page(pfn), 0, bytes.length);
                kernel.setU32(slot, (long) pfn << Ram.PAGE_SHIFT | old & 0xfff);
                if (gfp.allows(kernel, oldPfn)) {
                    return oldPfn;
                }
                // A page in high memory is of no use for the kernel's own entries.
                allocator.free(oldPfn, 0);
                continue;
            }
            kernel.addToList(image.addressOf("dest_pages"), lru(pfn));
            setAside.add(pfn);
        }
    }

    /** An entry of the list, and the virtual address at which it stands. */
    record Entry(long slot, long value) {
        int flag() {
            return (int) value & 0xf;
        }

        long paddr() {
            return value & 0xfffff000L;
        }
    }

    /** All entries from the head to the end, those that lead to the next page of entries too. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        long limit = 2L * kernel.ram().pageCount() + 64;
        long slot = image.addressOf("head");
        while (true) {
            Entry entry = new Entry(slot, kernel.u32(slot));
            if (entry.value() == 0 || entry.flag() == DONE) {
                return entries;
            }
            if (entries.size() > limit) {
                throw new KernelPanic("the page list of the kexec image has no end");
            }
            entries.add(entry);
            slot = entry.flag() == INDIRECTION ? KernelView.vaddr(entry.paddr()) : slot + 4;
        }
    }

    void addDestination(long paddr) throws OutOfMemory {
        add(paddr | DESTINATION);
    }

    /** The page that will go to frame {@code destination}. */
    void addSource(int destination, int pfn) throws OutOfMemory {
        sourceSlots.put(destination, add((long) pfn << Ram.PAGE_SHIFT | SOURCE));
    }

    /** kimage_add_entry: a value behind the last; another indirection page when the present one is full. */
    private long add(long value) throws OutOfMemory {
        long slot = image.get("entry");
        if (kernel.u32(slot) != 0) {
            slot += 4;
        }
        if (slot == image.get("last_entry")) {
            int pfn = indirectionPage();
            kernel.setU32(slot, (long) pfn << Ram.PAGE_SHIFT | INDIRECTION);
            slot = KernelView.pageAddress(pfn);
            image.set("last_entry", slot + LAST_SLOT);
        }
        kernel.setU32(slot, value);
        kernel.setU32(slot + 4, 0);
        image.set("entry", slot + 4);
        return slot;
    }

    private int indirectionPage() throws OutOfMemory {
        int pfn = page(-1, Gfp.KERNEL);
        kernel.ram().clearPage(pfn);
        return pfn;
    }

    void terminate() {
        long slot = image.get("entry");
        kernel.setU32(slot, DONE);
    }

    /** Gives back everything that the image has: kimage_free. */
    void free() {
        List<Integer> pages = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.flag() == SOURCE || entry.flag() == INDIRECTION) {
                pages.add((int) (entry.paddr() >> Ram.PAGE_SHIFT));
            }
        }
        for (String list : new String[] {"control_pages", "dest_pages", "unuseable_pages"}) {
            for (long node : kernel.list(image.addressOf(list))) {
                pages.add(pfnOf(node));
            }
        }
        // The crash kernel's memory never came from the allocator.
        long crashStart = kernel.variable("crashk_start") >> Ram.PAGE_SHIFT;
        long crashEnd = kernel.variable("crashk_end") >> Ram.PAGE_SHIFT;
        for (int pfn : pages) {
            if (crashEnd == 0 || pfn < crashStart || pfn > crashEnd) {
                allocator.free(pfn, 0);
            }
        }
        new Slab(kernel).free(image.address());
    }

    /** The allocator has no page left. */
    static final class OutOfMemory extends Exception {
        OutOfMemory() {
            super("out of memory", null, false, false);
        }
    }
}
