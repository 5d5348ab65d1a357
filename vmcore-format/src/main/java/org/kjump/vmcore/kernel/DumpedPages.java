package org.kjump.vmcore.kernel;

import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;

/**
 * Which frames a dump has, as the C makedumpfile 1.7.2 counts them, so that both tools write the same bitmaps. It differs from
 * what one would expect in one place, a frame that a segment ends inside of: its bytes are never written. In the first bitmap
 * such a frame is there if the tool's buffer holds all frames at once, which by its arithmetic is so when they are a multiple
 * of four, and not there otherwise.
 */
public record DumpedPages(PfnSet existing, PfnSet stored) {
    public static DumpedPages of(MemoryImage image) {
        long frames = image.pfnLimit();
        int shift = image.target().pageShift();
        long mask = image.target().pageSize() - 1L;
        boolean atOnce = frames * 2 / 8 * 8 >= 2 * frames;
        PfnSet existing = new PfnSet(frames);
        for (Segment segment : image.segments()) {
            long end = atOnce ? segment.end() + mask : segment.end();
            for (long pfn = segment.paddr() >> shift; pfn < end >> shift; pfn++) {
                existing.add(pfn);
            }
        }
        PfnSet stored = existing.copy();
        for (Segment segment : image.segments()) {
            long from = segment.paddr() + segment.fileSize() >> shift;
            for (long pfn = from; pfn < segment.end() + mask >> shift; pfn++) {
                stored.remove(pfn);
            }
        }
        return new DumpedPages(existing, stored);
    }
}
