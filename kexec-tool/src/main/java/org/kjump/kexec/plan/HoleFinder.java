package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.List;

/** Finds room for segments in RAM; the order and directions are those of kexec-tools, so that the addresses are too. */
final class HoleFinder {
    private final List<PaddrRange> ram;
    private final PaddrRange window;
    private final List<PaddrRange> taken = new ArrayList<>();

    /** From which end of memory a hole is taken. */
    enum Direction {
        BOTTOM_UP,
        TOP_DOWN
    }

    /** @param window {@code --mem-min} and {@code --mem-max} */
    HoleFinder(List<PaddrRange> ram, PaddrRange window) {
        this.ram = PaddrRange.wholePages(ram);
        this.window = window;
    }

    /** Takes {@code size} bytes, rounded up to pages, at a multiple of {@code alignment} inside {@code limits}. */
    PaddrRange take(long size, long alignment, PaddrRange limits, Direction direction) {
        long length = PaddrRange.pageUp(size);
        long step = Math.max(alignment, PaddrRange.PAGE);
        PaddrRange found = null;
        for (PaddrRange free : PaddrRange.minus(ram, taken)) {
            long start = Math.max(free.start(), Math.max(window.start(), limits.start()));
            start = (start + step - 1) & -step;
            long end = Math.min(free.end(), Math.min(window.end(), limits.end()));
            if (end - start < length || length == 0) {
                continue;
            }
            if (direction == Direction.BOTTOM_UP) {
                found = new PaddrRange(start, start + length);
                break;
            }
            long base = (end - length) & -step;
            found = new PaddrRange(base, base + length);
        }
        if (found == null) {
            throw noHole(length, limits);
        }
        taken.add(found);
        return found;
    }

    private PlanException noHole(long length, PaddrRange limits) {
        long start = Math.max(window.start(), limits.start());
        long end = Math.max(start, Math.min(window.end(), limits.end()));
        long largest = PaddrRange.within(PaddrRange.minus(ram, taken), new PaddrRange(start, end)).stream()
                .mapToLong(PaddrRange::size)
                .max()
                .orElse(0);
        return new PlanException(
                "Could not find a free area of memory of 0x%x bytes...\nlocate_hole failed: the largest in 0x%x - 0x%x has 0x%x bytes"
                        .formatted(length, start, end - 1, largest));
    }

    /** Takes a range that can be nowhere else. */
    void take(PaddrRange range) {
        List<PaddrRange> free = PaddrRange.within(PaddrRange.minus(ram, taken), window);
        if (!PaddrRange.minus(List.of(range), free).isEmpty()) {
            throw new PlanException(
                    "Invalid memory segment 0x%x - 0x%x: not RAM of this machine, or outside --mem-min/--mem-max"
                            .formatted(range.start(), range.end() - 1));
        }
        taken.add(range);
    }
}
