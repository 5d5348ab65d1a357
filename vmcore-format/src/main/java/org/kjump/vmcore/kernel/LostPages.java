package org.kjump.vmcore.kernel;

import java.util.List;
import java.util.Optional;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * What a kernel that is to be resumed uses of its memory, and the image does not know of: with such an image it would go on without
 * a part of itself. A frame that was left out as zero or by its class is one that the image knows of.
 */
public final class LostPages {
    /** Frames of a 32-bit address space: more cannot be spanned. */
    private static final long FRAMES_MAX = 1 << 20;

    private LostPages() {}

    /**
     * The frames of {@code ram} that are lost. None are known to be if the image has no VMCOREINFO, or that of a kernel with more
     * than one node.
     *
     * @param ram frames that are memory on the machine
     * @throws VmcoreException if what the kernel says of its memory is not in the image, or makes no sense
     */
    public static PfnSet of(JumpedImage left, PfnSet ram) {
        Optional<VmcoreInfo> info = VmcoreInfo.of(left.name(), left.notes());
        if (info.isEmpty() || info.get().symbol("contig_page_data").isEmpty()) {
            return new PfnSet(0);
        }
        KernelMemory kernel = new KernelMemory(left);
        long end = end(kernel);
        PfnSet lost = new PfnSet(end);
        for (long pfn = ram.next(0); pfn >= 0 && pfn < end; pfn = ram.next(pfn + 1)) {
            if (left.state(pfn) == PageState.ABSENT) {
                lost.add(pfn);
            }
        }
        if (lost.size() > 0) {
            List<MemMap> maps = MemoryModel.of(kernel, end);
            PageClasses classes = PageClassifier.of(kernel, maps, pfn -> pfn).all();
            for (long pfn = lost.next(0); pfn >= 0; pfn = lost.next(pfn + 1)) {
                if (classes.of(pfn) == PageClass.FREE) {
                    lost.remove(pfn);
                }
            }
        }
        return lost;
    }

    /** Behind the last frame that the kernel has a struct page for: it may use less memory than the machine has. */
    private static long end(KernelMemory kernel) {
        long node = kernel.symbol("contig_page_data");
        long spanned = kernel.pointer(node + kernel.offset("pglist_data.node_start_pfn"))
                + kernel.pointer(node + kernel.offset("pglist_data.node_spanned_pages"));
        if (spanned > FRAMES_MAX) {
            throw new VmcoreException("%s: node at %x: at most 0x%x frames expected, 0x%x found"
                    .formatted(kernel.image().name(), node, FRAMES_MAX, spanned));
        }
        return spanned;
    }
}
