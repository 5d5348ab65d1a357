package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.List;
import org.kjump.kexec.plan.HoleFinder.Direction;

/** A plan in the making: where things are, what is there, and what {@code -d} says of it. */
final class Placement {
    private final Purpose purpose;
    private final HoleFinder holes;
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    Placement(Purpose purpose, List<PaddrRange> ram, PaddrRange window) {
        this.purpose = purpose;
        holes = new HoleFinder(ram, window);
    }

    /** Whether the old kernel's memory outlives it: then nothing is placed outside the window. */
    boolean isJump() {
        return purpose != Purpose.REPLACE;
    }

    Purpose purpose() {
        return purpose;
    }

    PaddrRange take(long size, long alignment, PaddrRange limits, Direction direction) {
        return holes.take(size, alignment, limits, direction);
    }

    /** Takes a range that can be nowhere else. */
    void take(PaddrRange range) {
        holes.take(range);
    }

    void add(String name, PaddrRange at, Payload payload) {
        segments.add(new Segment(name, at, payload.bytes(), payload.size()));
    }

    /** Pages that the jump only keeps. */
    void addBackup(PaddrRange at) {
        segments.add(Segment.backup(at));
    }

    void say(String line) {
        log.add(line);
    }

    List<Segment> segments() {
        return List.copyOf(segments);
    }

    List<PaddrRange> ranges() {
        return segments.stream().map(Segment::range).toList();
    }

    LoadPlan plan(long entry) {
        return new LoadPlan(entry, purpose.flags(), segments, log, List.of());
    }
}
