package org.kjump.linux.mm;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/** The kernel's caches of objects, found by name along {@code slab_caches}: mm/slub.c of 2.6.27. */
public record Slab(KernelView kernel) {
    private static final int NAME_ROOM = 32;
    private static final int MAX_ORDER = 3;
    private static final int LINE = 32;
    /** For one processor: 4 * (fls(1) + 1). */
    private static final int MIN_OBJECTS = 8;

    /** Starts the allocator: the caches that this kernel has use for. */
    public void init() {
        kernel.initList(kernel.profile().symbol("slab_caches"));
        for (String struct : new String[] {"task_struct", "mm_struct", "vm_area_struct", "anon_vma", "buffer_head"}) {
            create(struct, kernel.profile().struct(struct).size());
        }
        for (int size = LINE; size <= 2048; size *= 2) {
            create("kmalloc-" + size, size);
        }
    }

    /** kmem_cache_create: in the array that the image has for it, behind the last. */
    private void create(String name, int objectSize) {
        long head = kernel.profile().symbol("slab_caches");
        int number = kernel.list(head).size();
        int room = kernel.profile().struct("kmem_cache").size() + NAME_ROOM;
        Struct cache = kernel.struct("kmem_cache", kernel.profile().symbol("kmalloc_caches") + (long) number * room);
        int size = objectSize <= LINE / 2 ? objectSize + 3 & ~3 : objectSize + LINE - 1 & -LINE;
        int order = order(size);
        cache.set("size", size);
        cache.set("objsize", objectSize);
        cache.set("inuse", objectSize);
        cache.set("align", 4);
        cache.set("oo", (long) order << 16 | (Ram.PAGE_SIZE << order) / size);
        cache.set("refcount", 1);
        cache.set("local_node.min_partial", 5);
        cache.set("cpu_slab.objsize", objectSize);
        kernel.initList(cache.addressOf("local_node.partial"));
        kernel.initList(cache.addressOf("local_node.full"));
        long nameAddress =
                cache.address() + kernel.profile().struct("kmem_cache").size();
        kernel.setBytes(nameAddress, (name + "\0").getBytes(StandardCharsets.US_ASCII));
        cache.set("name", nameAddress);
        kernel.addToListTail(head, cache.addressOf("list"));
    }

    /** The smallest slab that holds enough objects and wastes little: calculate_order. */
    private static int order(int size) {
        for (int objects = MIN_OBJECTS; objects > 1; objects /= 2) {
            for (int fraction = 16; fraction >= 4; fraction /= 2) {
                for (int order = 0; order <= MAX_ORDER; order++) {
                    int bytes = Ram.PAGE_SIZE << order;
                    if (bytes >= objects * size && bytes % size <= bytes / fraction) {
                        return order;
                    }
                }
            }
        }
        return 0;
    }

    private SlabCache named(String name) {
        for (long node : kernel.list(kernel.profile().symbol("slab_caches"))) {
            Struct cache = kernel.containing("kmem_cache", "list", node);
            if (kernel.string(cache.get("name"), NAME_ROOM).equals(name)) {
                return new SlabCache(kernel, cache);
            }
        }
        throw new KernelPanic("no cache '%s'".formatted(name));
    }

    /** A structure from the cache of its name: zeros; empty if memory is short. */
    public OptionalLong allocate(String struct) {
        return named(struct).allocate();
    }

    /** {@code kzalloc}: from the smallest cache that will do. */
    public OptionalLong allocate(int bytes) {
        return named("kmalloc-" + Math.max(LINE, Integer.highestOneBit(bytes - 1) * 2))
                .allocate();
    }

    /** {@code kfree}: the page says which cache it was. */
    public void free(long object) {
        MemMap memMap = new MemMap(kernel);
        int pfn = memMap.slabHead(KernelView.pfn(object));
        new SlabCache(kernel, kernel.struct("kmem_cache", memMap.privateData(pfn) & 0xffffffffL)).free(object, pfn);
    }
}
