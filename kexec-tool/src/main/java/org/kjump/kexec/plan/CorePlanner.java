package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.kjump.kexec.image.ElfCore;
import org.kjump.kexec.image.LoadSegment;

/** Places a dump where its memory was, so that the kernel in it goes on. */
public final class CorePlanner {
    private final ElfCore core;
    /** Whole pages of RAM in the window. */
    private final List<PaddrRange> ram;
    /** Pages that are RAM in part: Linux never uses one, so a dump's bytes of it are nobody's. */
    private final List<PaddrRange> partial;

    private CorePlanner(ElfCore core, MemoryMap map, PaddrRange window) {
        this.core = core;
        List<PaddrRange> whole = PaddrRange.wholePages(map.ram());
        ram = PaddrRange.within(whole, window);
        partial = PaddrRange.minus(
                map.ram().stream()
                        .map(range -> new PaddrRange(range.start() & -PaddrRange.PAGE, PaddrRange.pageUp(range.end())))
                        .toList(),
                whole);
    }

    /** @param entry the jump back entry of the kernel in the dump */
    public static LoadPlan plan(ElfCore core, MemoryMap map, PaddrRange window, OptionalLong entry) {
        if (entry.isEmpty()) {
            throw new PlanException(
                    "%s: a dump is resumed at its jump back entry: give --entry=ADDR (kexec_jump_back_entry= of the kernel that saved it)"
                            .formatted(core.file().name()));
        }
        return new CorePlanner(core, map, window).plan(entry.getAsLong());
    }

    private LoadPlan plan(long entry) {
        List<PaddrRange> loaded =
                SegmentMerger.merge(claimed(), ram, core.file().name());
        // Not closed: the file goes on to be read.
        new ResumableDump(new org.kjump.vmcore.elf.ElfCore(core.file())).require(entry, loaded);
        List<Segment> segments = loaded.stream()
                .map(range -> PagedContent.segment(core.file(), core.loads(), range))
                .toList();
        return new LoadPlan(entry, Purpose.REPLACE.flags(), segments, List.of(), List.of());
    }

    /** A page is the dump's if one byte of it is. Sorted. */
    private List<PaddrRange> claimed() {
        List<PaddrRange> claimed = new ArrayList<>();
        for (LoadSegment load : core.loads()) {
            for (PaddrRange range : PaddrRange.minus(List.of(PagedContent.pages(load)), partial)) {
                PaddrRange.minus(List.of(range), ram).stream().findFirst().ifPresent(missing -> {
                    throw new PlanException(
                            "Invalid memory segment 0x%x - 0x%x: %s has memory at 0x%x that is not RAM of this machine, or outside --mem-min/--mem-max"
                                    .formatted(
                                            range.start(),
                                            range.end() - 1,
                                            core.file().name(),
                                            missing.start()));
                });
                claimed.add(range);
            }
        }
        claimed.sort(Comparator.comparingLong(PaddrRange::start));
        for (int i = 1; i < claimed.size(); i++) {
            if (claimed.get(i).start() < claimed.get(i - 1).end()) {
                throw PlanException.failed("Overlapping memory segments at 0x%x (two PT_LOADs of %s have this page)"
                        .formatted(claimed.get(i).start(), core.file().name()));
            }
        }
        return claimed;
    }
}
