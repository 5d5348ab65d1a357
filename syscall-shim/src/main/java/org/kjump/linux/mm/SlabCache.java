package org.kjump.linux.mm;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * A cache of kernel objects of one size, {@code struct kmem_cache}: mm/slub.c of 2.6.27 on one processor. The processor takes from
 * its own slab; slabs with free objects that are not the processor's wait on the node's partial list.
 */
record SlabCache(KernelView kernel, Struct cache) {
    private MemMap memMap() {
        return new MemMap(kernel);
    }

    private int order() {
        return (int) cache.get("oo") >> 16;
    }

    private int objects() {
        return (int) cache.get("oo") & 0xffff;
    }

    private long freelistOfPage(int pfn) {
        return memMap().page(pfn)
                + kernel.profile().struct("page").field("freelist").offset();
    }

    /** An object of zeros; empty if memory is short. */
    OptionalLong allocate() {
        if (cache.get("cpu_slab.freelist") == 0 && !refill()) {
            return OptionalLong.empty();
        }
        long object = cache.get("cpu_slab.freelist");
        cache.set("cpu_slab.freelist", kernel.u32(object));
        kernel.setBytes(object, new byte[(int) cache.get("size")]);
        return OptionalLong.of(object);
    }

    /** Gives the processor another slab; the one that it had is full and on no list. */
    private boolean refill() {
        long old = cache.get("cpu_slab.page");
        if (old != 0) {
            memMap().clearActive(memMap().pfnOfPage(old));
        }
        cache.set("cpu_slab.page", 0);
        long partial = cache.addressOf("local_node.partial");
        int pfn;
        if (kernel.u32(partial) != partial) {
            pfn = memMap().pfnOfLru(kernel.u32(partial));
            kernel.removeFromList(memMap().lru(pfn));
            cache.set("local_node.nr_partial", cache.get("local_node.nr_partial") - 1);
        } else {
            OptionalInt fresh = newSlab();
            if (fresh.isEmpty()) {
                return false;
            }
            pfn = fresh.getAsInt();
        }
        cache.set("cpu_slab.page", memMap().page(pfn));
        cache.set("cpu_slab.freelist", kernel.u32(freelistOfPage(pfn)));
        kernel.setU32(freelistOfPage(pfn), 0);
        memMap().setSlabInUse(pfn, objects());
        memMap().addFlags(pfn, memMap().bit("PG_active")); // frozen: the processor's own
        return true;
    }

    private OptionalInt newSlab() {
        OptionalInt pages = new PageAllocator(kernel).allocateZeroed(Gfp.KERNEL, order());
        pages.ifPresent(pfn -> {
            memMap().setSlab(pfn, order(), objects(), cache.address());
            Zones.count(kernel, Zones.zone(kernel, memMap().zone(pfn)), "NR_SLAB_UNRECLAIMABLE", 1L << order());
            cache.set("local_node.nr_slabs", cache.get("local_node.nr_slabs") + 1);
            cache.set("local_node.total_objects", cache.get("local_node.total_objects") + objects());
            long size = cache.get("size");
            long first = KernelView.pageAddress(pfn);
            for (int i = 0; i < objects() - 1; i++) {
                kernel.setU32(first + i * size, first + (i + 1) * size);
            }
            kernel.setU32(freelistOfPage(pfn), first);
        });
        return pages;
    }

    /** @param pfn of the slab's first page */
    void free(long object, int pfn) {
        if (cache.get("cpu_slab.page") == memMap().page(pfn)) {
            kernel.setU32(object, cache.get("cpu_slab.freelist"));
            cache.set("cpu_slab.freelist", object);
            return;
        }
        long prior = kernel.u32(freelistOfPage(pfn));
        kernel.setU32(object, prior);
        kernel.setU32(freelistOfPage(pfn), object);
        int inUse = memMap().slabInUse(pfn) - 1;
        if (inUse < 0) {
            throw new KernelPanic("object at %08x of %08x is freed twice".formatted(object, cache.address()));
        }
        memMap().setSlabInUse(pfn, inUse);
        if (prior == 0) {
            kernel.addToListTail(cache.addressOf("local_node.partial"), memMap().lru(pfn));
            cache.set("local_node.nr_partial", cache.get("local_node.nr_partial") + 1);
        }
    }
}
