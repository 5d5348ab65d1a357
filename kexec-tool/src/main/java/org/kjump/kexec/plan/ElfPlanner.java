package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kjump.kexec.image.ElfExecutable;
import org.kjump.kexec.image.LoadSegment;
import org.kjump.kexec.plan.HoleFinder.Direction;
import org.kjump.kexec.purgatory.Purgatory;

/** Places ELF programs where their program headers say. */
public final class ElfPlanner {
    /** Page 0 is nobody's. */
    private static final PaddrRange ANYWHERE = new PaddrRange(PaddrRange.PAGE, 1L << 32);

    private ElfPlanner() {}

    /** Entered at once, without arguments and purgatory. */
    public static LoadPlan bare(ElfExecutable program, MemoryMap map, PaddrRange window, Purpose purpose) {
        Placement placement = new Placement(purpose, map.ram(), window);
        place(program, placement);
        return placement.plan(program.entry());
    }

    /** Entered by the purgatory, with the address of ELF boot notes on the stack. */
    public static LoadPlan withNotes(
            ElfExecutable program,
            MemoryMap map,
            PaddrRange window,
            String commandLine,
            Purpose purpose,
            Checks checks) {
        Placement placement = new Placement(purpose, map.ram(), window);
        place(program, placement);
        Purgatory purgatory = Purgatory.load();
        PaddrRange purgatoryAt = placement.take(purgatory.memorySize(), 1, ANYWHERE, Direction.BOTTOM_UP);
        placement.say("Loaded purgatory at addr 0x%x".formatted(purgatoryAt.start()));
        ByteBuffer notes = ElfBootNotes.of(commandLine);
        PaddrRange notesAt = placement.take(notes.remaining(), 1, ANYWHERE, Direction.BOTTOM_UP);
        placement.add("boot notes", notesAt, Payload.of(notes));
        purgatory.enter(program.entry(), 0);
        purgatory.passOnStack(notesAt.start());
        return placement.plan(PurgatoryPlanner.add(placement, purgatoryAt, purgatory, checks));
    }

    /** The pages of each load. */
    static List<PaddrRange> pages(ElfExecutable program) {
        return program.loads().stream().map(PagedContent::pages).toList();
    }

    static void place(ElfExecutable program, Placement placement) {
        List<PaddrRange> placed = new ArrayList<>();
        for (LoadSegment load : program.loads()) {
            if (load.paddr() % PaddrRange.PAGE != 0) {
                throw new PlanException("Base address: 0x%x is not page aligned (%s)"
                        .formatted(load.paddr(), program.file().name()));
            }
            PaddrRange range = PagedContent.pages(load);
            PaddrRange.within(placed, range).stream().findFirst().ifPresent(overlap -> {
                throw PlanException.failed("Overlapping memory segments at 0x%x (two PT_LOADs of %s)"
                        .formatted(overlap.start(), program.file().name()));
            });
            placed.add(range);
            placement.take(range);
            placement.add("program", range, Payload.of(program.file(), load.offset(), load.fileSize()));
        }
    }
}
