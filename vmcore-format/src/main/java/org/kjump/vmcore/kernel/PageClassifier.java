package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;

/**
 * Classifies the pages of a kernel by their struct pages, and by the buddy allocator's free lists where struct pages do not tell
 * which are free (kernels before 3.9). Ranges of frames can be classified by many threads at once.
 */
public final class PageClassifier {
    /** Frames are classified in ranges of so many, that memory does not grow with the dump. A multiple of 64 and of {@link #BLOCK}. */
    public static final int RANGE = 1 << 16;
    /** makedumpfile reads struct pages in blocks of so many, and takes the last of a block for no compound head. */
    private static final int BLOCK = 512;

    private final KernelMemory kernel;
    private final LongUnaryOperator frames;
    private final List<MemMap> maps;
    private final StructPage page;
    private final long limit;
    private final FreeLists.Found free;

    private PageClassifier(KernelMemory kernel, LongUnaryOperator frames, List<MemMap> maps) {
        this.kernel = kernel;
        this.frames = frames;
        this.maps = maps;
        this.page = new StructPage(kernel);
        this.limit = maps.stream().mapToLong(MemMap::end).max().orElse(0);
        this.free = page.marksFreePages()
                ? new FreeLists.Found(new PfnSet(0), List.of())
                : new FreeLists(kernel, maps, limit).find();
    }

    /**
     * Finds out where the kernel keeps what it knows of its pages.
     *
     * @param kernel not to be used by other threads until this returns
     * @throws VmcoreException if the kernel's memory does not allow it
     */
    public static PageClassifier of(KernelMemory kernel) {
        MemoryImage image = kernel.image();
        return of(kernel, MemoryModel.of(kernel, image.pfnLimit()), image::nextReadable);
    }

    /**
     * @param frames gives the first at or above its argument, or -1, of those whose struct pages speak for themselves; those behind
     *     a free block's head need not be among them
     */
    static PageClassifier of(KernelMemory kernel, List<MemMap> maps, LongUnaryOperator frames) {
        return new PageClassifier(kernel, frames, maps);
    }

    /** One more than the highest frame that has a struct page. */
    public long limit() {
        return limit;
    }

    /** The first range at or above {@code start} that has frames to classify: where it starts, or -1 if there is none. */
    public long nextRange(long start) {
        long pfn = frames.applyAsLong(start);
        return pfn < 0 || pfn >= limit ? -1 : pfn - pfn % RANGE;
    }

    /** What was wrong with the free lists, a line each. */
    public List<String> warnings() {
        return free.warnings();
    }

    /** The classes of all frames. For kernels of small machines: it takes a byte a frame. */
    public PageClasses all() {
        return range(0, limit, PageClasses.Overhang.NONE);
    }

    /**
     * The classes of the frames from {@code start} up to but without {@code end}, as if no page before them went on there: see
     * {@link #repaired}. For any number of threads at once.
     *
     * @param start a multiple of {@link #RANGE}
     * @throws VmcoreException if a struct page cannot be read
     */
    public PageClasses range(long start, long end) {
        return range(start, end, PageClasses.Overhang.NONE);
    }

    /** {@code range} itself, or what it is if the last page of the range before it goes on there. */
    public PageClasses repaired(PageClasses range, PageClasses before) {
        PageClasses.Overhang overhang = before.overhang();
        return Math.max(overhang.end(), overhang.spokenFor()) <= range.start()
                ? range
                : range(range.start(), range.end(), overhang);
    }

    private PageClasses range(long start, long end, PageClasses.Overhang before) {
        PageClasses classes = new PageClasses(start, Math.min(end, limit));
        classes.take(before);
        KernelMemory reader = kernel.forAnotherThread();
        for (int i = MemMap.firstBehind(maps, start);
                i < maps.size() && maps.get(i).start() < classes.end();
                i++) {
            MemMap map = maps.get(i);
            structPages(reader, map, classes, map.start() < start ? before.spokenFor() : 0);
        }
        for (long pfn = free.pages().next(start);
                pfn >= 0 && pfn < end;
                pfn = free.pages().next(pfn + 1)) {
            classes.mark(pfn, 1, PageClass.FREE);
        }
        return classes;
    }

    private boolean isAsked(long pfn) {
        return frames.applyAsLong(pfn) == pfn;
    }

    private void structPages(KernelMemory reader, MemMap map, PageClasses classes, long spokenFor) {
        ByteBuffer structs = ByteBuffer.allocate(BLOCK * page.size()).order(reader.order());
        long next = Math.max(map.start(), spokenFor);
        long behind = Math.min(map.end(), classes.end());
        for (long start = frames.applyAsLong(Math.max(map.start(), classes.start())); start >= 0 && start < behind; ) {
            long block = start - start % BLOCK;
            long end = Math.min(block + BLOCK, behind);
            while (!isAsked(end - 1)) {
                end--;
            }
            if (next < end) {
                // One more where there is one: a compound page's second struct page says its order.
                long read = Math.min(end + 1, Math.min(block + BLOCK, map.end()));
                structs.clear().limit((int) (read - start) * page.size());
                reader.read(map.vaddr() + (start - map.start()) * page.size(), structs);
                next = block(structs.flip(), start, end, read, next, classes);
            }
            start = frames.applyAsLong(block + BLOCK);
        }
        if (map.end() > classes.end()) {
            classes.speak(next);
        }
    }

    /** Classifies frames from {@code start} to {@code end} that no earlier one spoke for, and says where that ends. */
    private long block(ByteBuffer structs, long start, long end, long read, long spokenFor, PageClasses classes) {
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
