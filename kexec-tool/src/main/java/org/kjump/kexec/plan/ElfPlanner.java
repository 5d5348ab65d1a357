package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.kjump.kexec.image.ElfCore;
import org.kjump.kexec.image.ElfExecutable;
import org.kjump.kexec.image.LoadSegment;
import org.kjump.syscall.Syscalls;
import org.kjump.vmcore.io.ByteSource;

/** Places ELF programs and dumps where their program headers say; no purgatory ({@code --args-none}). */
public final class ElfPlanner {
    private static final long CONTROL_WORDS = 0x800;
    private static final int PAGE_OFFSET = 0xc0000000;
    private static final int PG_PE = 0x80000001;

    private ElfPlanner() {}

    /** @param entry instead of the file's own if it is not 0 */
    public static LoadPlan executable(ElfExecutable image, MemoryMap map, PaddrRange window, long entry, long flags) {
        List<PaddrRange> ram = PaddrRange.within(PaddrRange.wholePages(map.ram()), window);
        List<Segment> segments = new ArrayList<>();
        for (LoadSegment load : image.loads()) {
            if (load.paddr() % PaddrRange.PAGE != 0) {
                throw new PlanException("Base address: 0x%x is not page aligned".formatted(load.paddr()));
            }
            PaddrRange range = pages(load);
            requireRam(range, ram);
            segments.add(segment(image.file(), List.of(load), range));
        }
        return new LoadPlan(entry == 0 ? image.entry() : entry, flags, segments);
    }

    /** A dump that is to be resumed at {@code entry}, its kernel's jump back entry. */
    public static LoadPlan core(ElfCore image, MemoryMap map, PaddrRange window, long entry) {
        if (entry == 0) {
            throw new PlanException("%s: a dump is resumed at its jump back entry: give --entry"
                    .formatted(image.file().name()));
        }
        List<PaddrRange> ram = PaddrRange.within(PaddrRange.wholePages(map.ram()), window);
        List<PaddrRange> partial = PaddrRange.minus(
                map.ram().stream()
                        .map(range -> new PaddrRange(range.start() & -PaddrRange.PAGE, PaddrRange.pageUp(range.end())))
                        .toList(),
                PaddrRange.wholePages(map.ram()));
        List<PaddrRange> claimed = new ArrayList<>();
        for (LoadSegment load : image.loads()) {
            for (PaddrRange range : PaddrRange.minus(List.of(pages(load)), partial)) {
                requireRam(range, ram);
                if (!PaddrRange.within(claimed, range).isEmpty()) {
                    throw new PlanException("Overlapping memory segments at 0x%x (%s: two PT_LOADs claim this page)"
                            .formatted(range.start(), image.file().name()));
                }
                claimed.add(range);
            }
        }
        requireControlPage(image, claimed, entry);
        List<Segment> segments = SegmentMerger.merge(claimed, ram, image.file().name()).stream()
                .map(range -> segment(image.file(), image.loads(), range))
                .toList();
        return new LoadPlan(entry, 0, segments);
    }

    private static PaddrRange pages(LoadSegment load) {
        return new PaddrRange(load.paddr() & -PaddrRange.PAGE, PaddrRange.pageUp(load.paddr() + load.memorySize()));
    }

    private static void requireRam(PaddrRange range, List<PaddrRange> ram) {
        if (!PaddrRange.minus(List.of(range), ram).isEmpty()) {
            throw new PlanException(
                    "Invalid memory segment 0x%x - 0x%x: not RAM of this machine or outside --mem-min/--mem-max"
                            .formatted(range.start(), range.end() - 1));
        }
    }

    private static Segment segment(ByteSource file, List<LoadSegment> loads, PaddrRange range) {
        List<LoadSegment> inside = loads.stream()
                .filter(load -> load.paddr() < range.end() && load.paddr() + load.memorySize() > range.start())
                .toList();
        PagedContent content = new PagedContent(file, inside, range.start());
        return new Segment("core", range, content, content.sizeIn(range));
    }

    /** The words that every i386 kernel from 2.6.27 to 6.1 keeps in its control page (relocate_kernel_32.S). */
    private static void requireControlPage(ElfCore image, List<PaddrRange> claimed, long entry) {
        long page = entry & -PaddrRange.PAGE;
        PaddrRange range = new PaddrRange(page, page + PaddrRange.PAGE);
        boolean plausible = PaddrRange.minus(List.of(range), claimed).isEmpty();
        if (plausible) {
            ByteBuffer words = ByteBuffer.allocate((int) PaddrRange.PAGE).order(ByteOrder.LITTLE_ENDIAN);
            new PagedContent(image.file(), image.loads(), page).copyFromUser(0, words);
            int at = (int) CONTROL_WORDS;
            plausible = words.getInt(at + 0x10) - (int) page == PAGE_OFFSET
                    && (words.getInt(at + 4) & PG_PE) == PG_PE
                    && (words.getInt(at + 0x14) & 0xfff) == 0
                    && (words.getInt(at + 0x18) & 0xfff) == 0
                    && (words.getInt(at + 0x1c) & 0xfff) == 2;
        }
        if (!plausible) {
            throw new PlanException(
                    "--entry=0x%x: %s has no kexec control page at 0x%x: not the jump back entry of this dump"
                            .formatted(entry, image.file().name(), page));
        }
    }

    /** Joins ranges until the kernel takes them all. */
    static final class SegmentMerger {
        private SegmentMerger() {}

        /** The gaps that are filled are the smallest, so the pages filled are the fewest. */
        static List<PaddrRange> merge(List<PaddrRange> claimed, List<PaddrRange> ram, String name) {
            List<PaddrRange> ranges = new ArrayList<>(PaddrRange.wholePages(claimed));
            for (int i = ranges.size() - 1; i > 0; i--) {
                if (ranges.get(i - 1).end() == ranges.get(i).start()) {
                    join(ranges, i);
                }
            }
            int before = ranges.size();
            while (ranges.size() > Syscalls.KEXEC_SEGMENT_MAX) {
                int best = 0;
                long smallest = Long.MAX_VALUE;
                for (int i = 1; i < ranges.size(); i++) {
                    long start = ranges.get(i - 1).end();
                    long end = ranges.get(i).start();
                    PaddrRange gap = new PaddrRange(start, end);
                    if (gap.size() < smallest
                            && PaddrRange.minus(List.of(gap), ram).isEmpty()) {
                        smallest = gap.size();
                        best = i;
                    }
                }
                if (best == 0) {
                    throw new PlanException(
                            "%s: the kernel takes at most %d segments, %d needed (%d before merging over gaps in RAM); write the dump with fewer gaps (makedumpfile -E -d 1)"
                                    .formatted(name, Syscalls.KEXEC_SEGMENT_MAX, ranges.size(), before));
                }
                join(ranges, best);
            }
            return ranges;
        }

        private static void join(List<PaddrRange> ranges, int i) {
            PaddrRange upper = ranges.remove(i);
            ranges.set(i - 1, new PaddrRange(ranges.get(i - 1).start(), upper.end()));
        }
    }
}
