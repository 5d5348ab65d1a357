package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Which memory a kernel may use that runs beside another. What it may use is not only where it is loaded: all kernels want some low
 * memory, too.
 *
 * @param map the whole machine's
 * @param region where it is loaded
 * @param low what it may use below 1 MiB
 * @param usable all that it may use: whole pages
 */
record BorrowedMemory(MemoryMap map, PaddrRange region, PaddrRange low, List<PaddrRange> usable) {
    private static final long MIB = 0x100000;
    private static final long ELF_CORE_HEADER_MIN = 0x4000;
    private static final long LOW_WINDOW = 0x10000;

    /** What {@code --mem-min} and {@code --mem-max} say. */
    static BorrowedMemory forJump(LinuxRequest request) {
        List<PaddrRange> ram = PaddrRange.wholePages(request.map().ram());
        PaddrRange window = request.window();
        PaddrRange low = window.start() < MIB ? new PaddrRange(window.start(), MIB) : lowWindow(ram);
        return of(request.map(), region(request, ram), low);
    }

    /** What {@code crashkernel=} kept. */
    static BorrowedMemory forCrash(LinuxRequest request, PaddrRange reserved) {
        List<PaddrRange> free = PaddrRange.wholePages(PaddrRange.within(List.of(reserved), request.window()));
        if (free.isEmpty()) {
            throw new PlanException("Could not find a free area of memory of 0x1000 bytes...\n"
                    + "locate_hole failed (crash kernel memory 0x%x - 0x%x is outside --mem-min/--mem-max)"
                            .formatted(reserved.start(), reserved.end() - 1));
        }
        requireRoom(request, free.get(0));
        return of(
                request.map(),
                free.get(0),
                lowWindow(PaddrRange.wholePages(request.map().ram())));
    }

    /**
     * The last 64 KiB of low memory. Linux 6.1 takes its real-mode trampoline from the top of it, 2.6.27 its own from anywhere low; at the
     * end it leaves the old kernel's low memory in one piece.
     */
    private static PaddrRange lowWindow(List<PaddrRange> ram) {
        long end = PaddrRange.within(ram, new PaddrRange(0, MIB)).stream()
                .mapToLong(PaddrRange::end)
                .max()
                .orElse(0);
        return new PaddrRange(Math.max(0, end - LOW_WINDOW), end);
    }

    private static BorrowedMemory of(MemoryMap map, PaddrRange region, PaddrRange low) {
        List<PaddrRange> usable = new ArrayList<>(PaddrRange.within(PaddrRange.wholePages(map.ram()), low));
        usable.add(region);
        return new BorrowedMemory(map, region, low, List.copyOf(usable));
    }

    private static PaddrRange region(LinuxRequest request, List<PaddrRange> ram) {
        PaddrRange window = request.window();
        String name = request.kernel().name();
        if (window.end() <= MIB) {
            throw PlanException.cannotLoad("Too small mem_max: 0x%x.".formatted(window.end() - 1), name);
        }
        PaddrRange wanted = new PaddrRange(Math.max(window.start(), MIB), window.end());
        List<PaddrRange> found = PaddrRange.wholePages(PaddrRange.within(ram, wanted));
        if (found.size() != 1 || wanted.end() > ram.get(ram.size() - 1).end()) {
            throw new PlanException(
                    "Invalid memory segment 0x%x - 0x%x: one range of RAM is expected from --mem-min to --mem-max, %s found"
                            .formatted(
                                    wanted.start(),
                                    wanted.end() - 1,
                                    found.isEmpty()
                                            ? "none"
                                            : found.stream()
                                                    .map(range -> "0x%x-0x%x".formatted(range.start(), range.end() - 1))
                                                    .toList()));
        }
        requireRoom(request, found.get(0));
        return found.get(0);
    }

    private static void requireRoom(LinuxRequest request, PaddrRange region) {
        PaddrRange room = request.kernel().room();
        if (room.start() >= region.end()) {
            throw new PlanException(
                    "Could not find a free area of memory of 0x%x bytes...\nlocate_hole failed: %s wants to be loaded at 0x%x, behind the end of 0x%x - 0x%x (--mem-max)"
                            .formatted(
                                    room.size(),
                                    request.kernel().name(),
                                    room.start(),
                                    region.start(),
                                    region.end() - 1));
        }
        long need = room.size()
                + ELF_CORE_HEADER_MIN
                + PaddrRange.pageUp(request.kernel().commandLineOffset()
                        + request.commandLine().length())
                + request.initrd()
                        .map(initrd -> PaddrRange.pageUp(initrd.size()))
                        .orElse(0L);
        long there = region.end() - Math.max(region.start(), room.start());
        if (need > there) {
            throw new PlanException(
                    "Could not find a free area of memory of 0x%x bytes...\nlocate_hole failed: 0x%x - 0x%x is 0x%x bytes too small for kernel, initrd and parameters (--mem-max)"
                            .formatted(need, region.start(), region.end() - 1, need - there));
        }
    }

    /** Without what the kernel must not use before it has read it. */
    BorrowedMemory without(PaddrRange taken) {
        return new BorrowedMemory(map, region, low, PaddrRange.minus(usable, List.of(taken)));
    }

    /** RAM that stays the old kernel's. */
    List<PaddrRange> kept() {
        return PaddrRange.minus(PaddrRange.wholePages(map.ram()), usable);
    }

    /**
     * What the new kernel finds of the old one's memory, and where: a copy of the low window counts, if there is one.
     *
     * @param placed segments that there are so far
     */
    List<ElfCoreHeader.Load> loads(List<Segment> placed) {
        List<ElfCoreHeader.Load> loads = new ArrayList<>();
        placed.stream()
                .filter(segment -> segment.content() == null)
                .forEach(copy ->
                        loads.add(new ElfCoreHeader.Load(low, copy.range().start())));
        kept().forEach(range -> loads.add(new ElfCoreHeader.Load(range, range.start())));
        return loads;
    }

    /** The map as {@code memmap=} words. */
    String memmapArguments() {
        StringBuilder line = new StringBuilder(" memmap=exactmap");
        usable.forEach(range -> line.append(word(range, '@')));
        for (MemoryMap.Entry entry : map.entries()) {
            switch (entry.kind()) {
                case ACPI, NVS -> line.append(word(entry.range(), '#'));
                case RAM, RESERVED, UNUSABLE -> {}
            }
        }
        return line.toString();
    }

    private static String word(PaddrRange range, char kind) {
        return " memmap=%dK%c%dK".formatted(range.size() >> 10, kind, range.start() >> 10);
    }
}
