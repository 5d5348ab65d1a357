package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongPredicate;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;

/**
 * Classifies the pages of a kernel by their struct pages, and by the buddy allocator's free lists where struct pages do not tell
 * which are free (kernels before 3.9).
 */
public final class PageClassifier {
    /** makedumpfile reads struct pages in blocks of so many, and takes the last of a block for no compound head. */
    private static final int BLOCK = 512;

    private final KernelMemory kernel;
    private final LongPredicate frames;
    private final StructPage page;
    private final PageClasses classes;

    private PageClassifier(KernelMemory kernel, LongPredicate frames, long limit) {
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
        return classify(kernel, MemoryModel.of(kernel, image.pfnLimit()), pfn -> {
            PageState state = image.state(pfn);
            return state == PageState.PRESENT || state == PageState.ZERO;
        });
    }

    /** @param frames those whose struct pages speak for themselves; those behind a free block's head need not be among them */
    static PageClasses classify(KernelMemory kernel, List<MemMap> maps, LongPredicate frames) {
        long limit = maps.stream().mapToLong(MemMap::end).max().orElse(0);
        PageClassifier classifier = new PageClassifier(kernel, frames, limit);
        maps.forEach(classifier::structPages);
        if (!classifier.page.marksFreePages()) {
            new FreeLists(kernel, maps, classifier.classes).mark();
        }
        return classifier.classes;
    }

    private void structPages(MemMap map) {
        ByteBuffer structs = ByteBuffer.allocate(BLOCK * page.size()).order(kernel.order());
        long next = map.start();
        for (long block = map.start() - map.start() % BLOCK; block < map.end(); block += BLOCK) {
            long start = Math.max(block, map.start());
            long end = Math.min(block + BLOCK, map.end());
            while (start < end && !frames.test(start)) {
                start++;
            }
            while (start < end && !frames.test(end - 1)) {
                end--;
            }
            if (start < end && next < end) {
                // One more where there is one: a compound page's second struct page says its order.
                long read = Math.min(end + 1, Math.min(block + BLOCK, map.end()));
                structs.clear().limit((int) (read - start) * page.size());
                kernel.read(map.vaddr() + (start - map.start()) * page.size(), structs);
                next = block(structs.flip(), start, end, read, next);
            }
        }
    }

    /** Classifies frames from {@code start} to {@code end} that no earlier one spoke for, and says where that ends. */
    private long block(ByteBuffer structs, long start, long end, long read, long spokenFor) {
        long next = Math.max(start, spokenFor);
        while (next < end) {
            if (!frames.test(next)) {
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
