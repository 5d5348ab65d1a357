package org.kjump.vmcore.kernel;

import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;

/**
 * Which frames a dump has, as the C makedumpfile 1.7.2 counts them, so that both tools write the same bitmaps. It differs from
 * what one would expect in one place, a frame that a segment ends inside of: its bytes are never written. In the first bitmap
 * such a frame is there if the tool's buffer holds all frames at once, which by its arithmetic is so when they are a multiple
 * of four, and not there otherwise. The report counts it among the pages that a level drops always. The sets belong to the caller
 * from then on, and may be the same object: copy what is to be changed.
 *
 * @param counted frames of which the report counts those that a level drops
 * @param existing frames of the dumped machine, as the first bitmap has them
 * @param stored frames of which the dump has the bytes
 */
public record DumpedPages(PfnSet counted, PfnSet existing, PfnSet stored) {
    /** All frames of a dump. */
    public static DumpedPages of(MemoryImage image) {
        return below(image, image.pfnLimit());
    }

    /**
     * The frames of a dump that its kernel has struct pages for, and those below them: what lies above, such as a hypervisor's
     * firmware, is none of the kernel's memory.
     */
    public static DumpedPages of(MemoryImage image, PageClassifier classifier) {
        return below(image, Math.min(image.pfnLimit(), classifier.limit()));
    }

    private static DumpedPages below(MemoryImage image, long limit) {
        List<Segment> segments = image.segments();
        // A kdump-compressed file has bitmaps of its own in place of segments.
        return segments.isEmpty() ? byState(image, limit) : bySegment(image, segments, limit);
    }

    private static DumpedPages byState(MemoryImage image, long limit) {
        PfnSet existing = new PfnSet(limit);
        PfnSet stored = new PfnSet(limit);
        for (long pfn = 0; pfn < limit; pfn++) {
            PageState state = image.state(pfn);
            if (state != PageState.ABSENT) {
                existing.add(pfn);
            }
            if (state == PageState.PRESENT || state == PageState.ZERO) {
                stored.add(pfn);
            }
        }
        return new DumpedPages(existing, existing, stored);
    }

    private static DumpedPages bySegment(MemoryImage image, List<Segment> segments, long frames) {
        int shift = image.target().pageShift();
        long mask = image.target().pageSize() - 1L;
        boolean atOnce = frames * 2 / 8 * 8 >= 2 * frames;
        PfnSet counted = new PfnSet(frames);
        PfnSet whole = new PfnSet(frames);
        for (Segment segment : segments) {
            counted.add(segment.paddr() >> shift, segment.end() + mask >> shift);
            whole.add(segment.paddr() >> shift, segment.end() >> shift);
        }
        PfnSet existing = atOnce ? counted : whole;
        PfnSet stored = existing.copy();
        for (Segment segment : segments) {
            long from = segment.paddr() + segment.fileSize() >> shift;
            stored.remove(from, segment.end() + mask >> shift);
        }
        return new DumpedPages(counted, existing, stored);
    }
}
