package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;

/**
 * Classifies the pages of a kernel by their struct pages, and by the buddy allocator's free lists where struct pages do not tell
 * which are free (kernels before 3.9). Each call stands for itself; as {@link KernelMemory} is not thread-safe, one thread makes it.
 */
public final class PageClassifier {
    /** makedumpfile reads struct pages in blocks of so many, and takes the last of a block for no compound head. */
    private static final int BLOCK = 512;

    private final KernelMemory kernel;
    private final LongUnaryOperator frames;
    private final StructPage page;
    private final PageClasses classes;

    private PageClassifier(KernelMemory kernel, LongUnaryOperator frames, long limit) {
        this.kernel = kernel;
        this.frames = frames;
        this.page = new StructPage(kernel);
        this.classes = new PageClasses(limit);
    }

    /**
     * Classes the frames that the dump has.
     *
     * @throws VmcoreException if the kernel's memory does not allow it
     */
    public static PageClasses classify(KernelMemory kernel) {
        MemoryImage image = kernel.image();
        return classify(kernel, MemoryModel.of(kernel, image.pfnLimit()), image::nextReadable);
    }

    /**
     * @param frames gives the first at or above its argument, or -1, of those whose struct pages speak for themselves; those behind
     *     a free block's head need not be among them
     */
    static PageClasses classify(KernelMemory kernel, List<MemMap> maps, LongUnaryOperator frames) {
        long limit = maps.stream().mapToLong(MemMap::end).max().orElse(0);
        PageClassifier classifier = new PageClassifier(kernel, frames, limit);
        maps.forEach(classifier::structPages);
        if (!classifier.page.marksFreePages()) {
            new FreeLists(kernel, maps, classifier.classes).mark();
        }
        return classifier.classes;
    }

    private boolean isAsked(long pfn) {
        return frames.applyAsLong(pfn) == pfn;
    }

    private void structPages(MemMap map) {
        ByteBuffer structs = ByteBuffer.allocate(BLOCK * page.size()).order(kernel.order());
        long next = map.start();
        for (long start = frames.applyAsLong(map.start()); start >= 0 && start < map.end(); ) {
            long block = start - start % BLOCK;
            long end = Math.min(block + BLOCK, map.end());
            while (!isAsked(end - 1)) {
                end--;
            }
            if (next < end) {
                // One more where there is one: a compound page's second struct page says its order.
                long read = Math.min(end + 1, Math.min(block + BLOCK, map.end()));
                structs.clear().limit((int) (read - start) * page.size());
                kernel.read(map.vaddr() + (start - map.start()) * page.size(), structs);
                next = block(structs.flip(), start, end, read, next);
            }
            start = frames.applyAsLong(block + BLOCK);
        }
    }

    /** Classifies frames from {@code start} to {@code end} that no earlier one spoke for, and says where that ends. */
    private long block(ByteBuffer structs, long start, long end, long read, long spokenFor) {
        long next = Math.max(start, spokenFor);
        while (next < end) {
            if (!isAsked(next)) {
                next++;
                continue;
            }
            StructPage.Neighbour neighbour =
                    next + 1 < read ? StructPage.Neighbour.READ : StructPage.Neighbour.NOT_READ;
            next += page.classify(structs, (int) (next - start) * page.size(), next, neighbour, classes);
        }
        return next;
    }
}
