package org.kjump.vmcore.kernel;

import java.util.List;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.arch.Translation;

/**
 * Pages of struct pages that speak of dropped frames only: with {@code -e} they are dropped, too. Only x86_64, and there only where a
 * large page maps them (as the C makedumpfile): smaller ones may be shared by several arrays (hugetlb's own optimisation).
 */
public final class UnusedVmemmap {
    /** Frames are looked at in groups of so many, in blocks of so many: makedumpfile's, so that the answer is the same. */
    private static final int GROUP = 64;

    private static final int BLOCK = 1 << 15;
    private static final long GROUPS_LEAST = 2;

    private final KernelMemory kernel;
    private final int pageSize;
    private final int structSize;
    private final PfnSet unused;

    private UnusedVmemmap(KernelMemory kernel, long limit) {
        this.kernel = kernel;
        this.pageSize = kernel.image().target().pageSize();
        this.structSize = kernel.size("page");
        this.unused = new PfnSet(limit);
    }

    /**
     * The frames that nobody needs once those in {@code existing}, but not in {@code kept} are gone. Empty if the kernel's struct pages
     * are not kept in that way, or it is none of x86_64.
     *
     * @param existing frames that the dump has
     * @param kept frames that are to be stored
     * @throws org.kjump.vmcore.VmcoreException if the kernel's memory does not say where its struct pages are
     */
    public static PfnSet of(KernelMemory kernel, PfnSet existing, PfnSet kept) {
        UnusedVmemmap pages = new UnusedVmemmap(kernel, existing.limit());
        boolean isSparse = kernel.info().symbol("mem_section").isPresent();
        if (kernel.image().target().elfMachine() == Target.EM_X86_64 && isSparse) {
            List<MemMap> maps = MemoryModel.of(kernel, existing.limit());
            if (isOneArray(maps, pages.structSize)) {
                maps.forEach(map -> pages.map(map, existing, kept));
            }
        }
        return pages.unused;
    }

    /** With vmemmap, the address of a struct page follows from the frame's number alone. */
    private static boolean isOneArray(List<MemMap> maps, int size) {
        return maps.stream()
                        .mapToLong(map -> map.vaddr() - map.start() * size)
                        .distinct()
                        .count()
                == 1;
    }

    private void map(MemMap map, PfnSet existing, PfnSet kept) {
        for (long block = map.start() & -BLOCK; block < map.end(); block += BLOCK) {
            long end = Math.min(block + BLOCK, map.end());
            long start = -1;
            for (long group = Math.max(block, map.start()); group < end; group += GROUP) {
                boolean isDropped = group + GROUP <= end
                        && existing.size(group, group + GROUP) == GROUP
                        && kept.size(group, group + GROUP) == 0;
                if (isDropped && start < 0) {
                    start = group;
                } else if (!isDropped && start >= 0) {
                    run(map, start, group);
                    start = -1;
                }
            }
            if (start >= 0) {
                run(map, start, end & -GROUP);
            }
        }
    }

    /** Frames that are all dropped: the pages that have only their struct pages are of no use. */
    private void run(MemMap map, long start, long end) {
        if (end - start < GROUPS_LEAST * GROUP) {
            return;
        }
        long first = map.vaddr() + (start - map.start()) * structSize + pageSize - 1 & -pageSize;
        long last = map.vaddr() + (end - map.start()) * structSize & -pageSize;
        for (long vaddr = first; vaddr < last; vaddr += pageSize) {
            Translation translation = kernel.translate(vaddr);
            int steps = translation.steps().size();
            boolean isLarge =
                    steps > 0 && translation.steps().get(steps - 1).level().equals("PMD");
            if (translation.isMapped() && isLarge) {
                unused.add(translation.paddr() / pageSize);
            }
        }
    }
}
