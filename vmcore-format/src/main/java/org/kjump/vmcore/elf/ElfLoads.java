package org.kjump.vmcore.elf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.VmcoreException;

/**
 * Cuts the segments of a dump into loads at the runs of pages that are left out. A run ends a load and counts in its {@code p_memsz}
 * only if it is long; a short one is stored, so that the file does not drown in headers.
 */
final class ElfLoads {
    /** Runs of at least so many pages are left out (makedumpfile 1.7.2, {@code PFN_EXCLUDED}). */
    static final int RUN = 256;

    /** A run that is left out before a kept page of the same segment. */
    private record Gap(long start, long end) {
        long frames() {
            return end - start;
        }
    }

    private final MemoryImage image;
    private final PfnSet kept;
    private final int shift;
    private final List<ElfLoad> loads = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();

    private ElfLoads(MemoryImage image, PfnSet kept) {
        this.image = image;
        this.kept = kept;
        this.shift = image.target().pageShift();
        image.segments().forEach(this::split);
    }

    static List<ElfLoad> of(MemoryImage image, PfnSet kept) {
        return new ElfLoads(image, kept).loads;
    }

    /**
     * At most {@code most} loads: of the runs that are left out, those are stored that are shortest.
     *
     * @throws VmcoreException if the dump itself has more segments
     */
    static List<ElfLoad> of(MemoryImage image, PfnSet kept, int most) {
        ElfLoads all = new ElfLoads(image, kept);
        int tooMany = all.loads.size() - most;
        if (tooMany <= 0) {
            return all.loads;
        }
        if (tooMany > all.gaps.size()) {
            throw new VmcoreException("%s: at most %d segments are asked for, it has %d itself"
                    .formatted(image.name(), most, image.segments().size()));
        }
        PfnSet stored = kept.copy();
        all.gaps.stream()
                .sorted(Comparator.comparingLong(Gap::frames).thenComparingLong(Gap::start))
                .limit(tooMany)
                .forEach(gap -> stored.add(gap.start(), gap.end()));
        return of(image, stored);
    }

    private void split(Segment segment) {
        long last = segment.end() + image.target().pageSize() - 1 >> shift;
        long start = segment.paddr();
        long storedEnd = start;
        for (long pfn = segment.paddr() >> shift; pfn < last; ) {
            long from = nextKept(pfn, last);
            if (from - pfn >= RUN && from < last) {
                loads.add(load(segment, start, storedEnd, from << shift, ElfLoad.End.KEPT_PAGE));
                gaps.add(new Gap(pfn, from));
                start = from << shift;
            }
            if (from == last) {
                break;
            }
            pfn = Math.min(kept.nextMissing(from), last);
            storedEnd = Math.min(pfn << shift, segment.end());
        }
        loads.add(load(segment, start, Math.max(start, storedEnd), segment.end(), ElfLoad.End.SEGMENT));
    }

    private long nextKept(long pfn, long end) {
        long next = kept.next(pfn);
        return next < 0 || next > end ? end : next;
    }

    private static ElfLoad load(Segment segment, long start, long storedEnd, long end, ElfLoad.End endsAt) {
        long vaddr =
                segment.vaddr() == Segment.UNMAPPED ? Segment.UNMAPPED : segment.vaddr() + (start - segment.paddr());
        return new ElfLoad(start, vaddr, storedEnd - start, end - start, endsAt);
    }
}
