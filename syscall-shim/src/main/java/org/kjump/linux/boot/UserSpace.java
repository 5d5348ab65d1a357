package org.kjump.linux.boot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.kjump.linux.mm.Gfp;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.mm.Slab;
import org.kjump.linux.sched.TaskFactory;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/** The tasks of a kernel that has booted, and what they have read from the disk. */
record UserSpace(KernelView kernel) {
    private static final int INODE_BYTES = 400;

    void start() {
        TaskFactory factory = new TaskFactory(kernel);
        factory.swapper();
        factory.process(1, "init", 4);
        factory.kernelThread(2, "kthreadd");
        factory.kernelThread(3, "ksoftirqd/0");
        factory.kernelThread(4, "events/0");
        factory.kernelThread(5, "khelper");
        factory.kernelThread(41, "kblockd/0");
        factory.freezableThread(66, "pdflush");
        factory.freezableThread(67, "pdflush");
        factory.freezableThread(68, "kswapd0");
        factory.kernelThread(69, "aio/0");
        factory.process(70, "sh", 6);
        if (kernel.parameter("root").isPresent()) {
            factory.process(71, "counter", 24);
            factory.process(72, "writer", 160);
            Struct parent = factory.process(73, "parent", 48);
            factory.share(parent, factory.process(74, "child", 16), 40);
            pageCache();
        }
    }

    /** What a system that has run for a while has read from its disk: clean pages, and some with buffers. */
    private void pageCache() {
        PageAllocator allocator = new PageAllocator(kernel);
        Slab slab = new Slab(kernel);
        // A structure of about the size of an inode: its address_space is what the pages point to.
        long inode = slab.allocate(INODE_BYTES).orElseThrow(() -> new KernelPanic("Out of memory"));
        for (int i = 0; i < 600; i++) {
            int pfn = allocator
                    .allocateZeroed(Gfp.HIGHUSER_MOVABLE, 0)
                    .orElseThrow(() -> new KernelPanic("Out of memory"));
            String text = "page %d of the page cache\n".formatted(i);
            kernel.ram().write((long) pfn << Ram.PAGE_SHIFT, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            if (i % 6 == 5) {
                long buffers = slab.allocate("buffer_head").orElseThrow(() -> new KernelPanic("Out of memory"));
                kernel.struct("buffer_head", buffers)
                        .set("b_page", allocator.memMap().page(pfn));
                allocator.memMap().setBuffered(pfn, inode, i, buffers);
            } else {
                allocator.memMap().setCache(pfn, inode, i);
            }
        }
    }
}
