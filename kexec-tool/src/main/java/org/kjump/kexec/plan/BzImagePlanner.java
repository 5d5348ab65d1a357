package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.plan.HoleFinder.Direction;
import org.kjump.kexec.plan.MemoryMap.Entry;
import org.kjump.kexec.plan.MemoryMap.Kind;
import org.kjump.kexec.purgatory.Purgatory;
import org.kjump.syscall.Syscalls;

/** Places a bzImage: as a successor of the running kernel, or beside it for a jump. */
public final class BzImagePlanner {
    private static final long MIB = 0x100000;
    private static final long LOWMEM_MAX = 0x37ffffff;
    private static final long ELF_CORE_HEADER_MIN = 0x4000;
    private static final PaddrRange ANYWHERE = new PaddrRange(0x3000, 0x80000000L);
    private static final PaddrRange BELOW_EBDA = new PaddrRange(0x3000, 0xa0000);
    private static final long INITRD_BASE = 0x1000000;
    /** Linux 6.1 takes its real-mode trampoline from above 64 KiB, 2.6.27 its own from anywhere low. */
    private static final PaddrRange LOW_WINDOW = new PaddrRange(0x10000, 0x20000);

    private final BzImageRequest request;
    private final BzImage image;
    private final HoleFinder holes;
    private final Purgatory purgatory = Purgatory.load();
    private final List<Segment> segments = new ArrayList<>();

    private BzImagePlanner(BzImageRequest request) {
        this.request = request;
        image = request.image();
        holes = new HoleFinder(request.map().ram(), request.window());
    }

    /** The new kernel gets the machine; nothing of the old one stays. */
    public static LoadPlan replace(BzImageRequest request) {
        return new BzImagePlanner(request).replace();
    }

    /** The new kernel gets the window; every page it may use is backed up. */
    public static LoadPlan preserveContext(BzImageRequest request) {
        return new BzImagePlanner(request).preserveContext();
    }

    private LoadPlan replace() {
        PaddrRange purgatoryAt = holes.take(purgatory.memorySize(), 1, ANYWHERE, Direction.TOP_DOWN);
        BootParams setup = new BootParams(image, request.commandLine());
        PaddrRange setupAt = holes.take(setup.size(), 1, BELOW_EBDA, Direction.BOTTOM_UP);
        setup.e820(request.map().entries());
        PaddrRange kernelAt = placeKernel();
        placeInitrd(setup, INITRD_BASE);
        add("setup", setupAt, Payload.of(setup.at(setupAt.start(), kernelAt.start())));
        return finish(purgatoryAt, setupAt, kernelAt, 0);
    }

    private LoadPlan preserveContext() {
        List<PaddrRange> ram = PaddrRange.wholePages(request.map().ram());
        PaddrRange region = region(ram);
        PaddrRange low =
                request.window().start() < MIB ? new PaddrRange(request.window().start(), MIB) : LOW_WINDOW;
        List<PaddrRange> usable = new ArrayList<>(PaddrRange.within(ram, low));
        usable.add(region);

        List<PaddrRange> kept = PaddrRange.minus(ram, usable);
        long headerSize = Math.max(ELF_CORE_HEADER_MIN, ElfCoreHeader.size(kept.size(), request.vmcoreInfo()));
        PaddrRange headerAt = holes.take(headerSize, 1, region, Direction.TOP_DOWN);
        add("elfcorehdr", headerAt, Payload.of(ElfCoreHeader.build(kept, request.vmcoreInfo(), headerAt.start())));

        List<Entry> map = restrictedMap(PaddrRange.minus(usable, List.of(headerAt)));
        BootParams setup = new BootParams(image, commandLine(headerAt, map));
        PaddrRange purgatoryAt = holes.take(purgatory.memorySize(), 1, region, Direction.TOP_DOWN);
        PaddrRange setupAt = holes.take(setup.size(), 1, region, Direction.TOP_DOWN);
        // The whole machine's: Linux 2.6.27 takes from it how much old memory there is to be read (saved_max_pfn,
        // arch/x86/kernel/e820.c). What is RAM for the new kernel memmap=exactmap says.
        setup.e820(request.map().entries());
        PaddrRange kernelAt = placeKernel();
        placeInitrd(setup, region.start());
        add("setup", setupAt, Payload.of(setup.at(setupAt.start(), kernelAt.start())));
        purgatory.appendJumpBackEntryAt(setup.commandLineEnd(setupAt.start()));

        List<PaddrRange> content =
                new ArrayList<>(segments.stream().map(Segment::range).toList());
        content.add(purgatoryAt);
        List<Segment> backups =
                PaddrRange.minus(usable, content).stream().map(Segment::backup).toList();
        LoadPlan plan = finish(purgatoryAt, setupAt, kernelAt, Syscalls.KEXEC_PRESERVE_CONTEXT);
        List<Segment> all = new ArrayList<>(plan.segments());
        all.addAll(backups);
        return new LoadPlan(plan.entry(), plan.flags(), all);
    }

    private PaddrRange region(List<PaddrRange> ram) {
        PaddrRange window = request.window();
        if (window.end() <= MIB || window.end() <= window.start()) {
            throw new PlanException("Too small mem_max: 0x%x.".formatted(window.end() - 1));
        }
        PaddrRange wanted = new PaddrRange(Math.max(window.start(), MIB), window.end());
        List<PaddrRange> found = PaddrRange.wholePages(PaddrRange.within(ram, wanted));
        if (found.size() != 1 || wanted.end() > ram.get(ram.size() - 1).end()) {
            throw new PlanException("--mem-min/--mem-max: 0x%x-0x%x is not one range of RAM; RAM in it: %s"
                    .formatted(
                            wanted.start(),
                            wanted.end() - 1,
                            found.stream()
                                    .map(range -> "0x%x-0x%x".formatted(range.start(), range.end() - 1))
                                    .toList()));
        }
        if (Math.max(MIB, image.preferredAddress()) >= wanted.end()) {
            throw new PlanException("%s: the kernel wants to be loaded at 0x%x, behind --mem-max=0x%x"
                    .formatted(image.file().name(), image.preferredAddress(), window.end() - 1));
        }
        long need = PaddrRange.pageUp(image.initSize())
                + ELF_CORE_HEADER_MIN
                + purgatory.memorySize()
                + PaddrRange.pageUp(image.setupBytes() + request.commandLine().length())
                + request.initrd()
                        .map(initrd -> PaddrRange.pageUp(initrd.size()))
                        .orElse(0L);
        if (need > found.get(0).size()) {
            throw new PlanException(
                    "Could not find a free area of memory of 0x%x bytes: the region 0x%x-0x%x is 0x%x bytes too small\nlocate_hole failed"
                            .formatted(
                                    need,
                                    wanted.start(),
                                    wanted.end() - 1,
                                    need - found.get(0).size()));
        }
        return found.get(0);
    }

    /** Only {@code usable} is RAM; the old kernel's other RAM is reserved, what was not RAM stays what it was. */
    private List<Entry> restrictedMap(List<PaddrRange> usable) {
        List<Entry> map = new ArrayList<>();
        usable.forEach(range -> map.add(new Entry(range, Kind.RAM)));
        for (Entry entry : request.map().entries()) {
            if (entry.kind() == Kind.RAM) {
                PaddrRange.minus(List.of(entry.range()), usable)
                        .forEach(range -> map.add(new Entry(range, Kind.RESERVED)));
            } else {
                map.add(entry);
            }
        }
        return new MemoryMap(map).entries();
    }

    /** Linux 2.6.27 reads old memory only if it was told {@code memmap=exactmap} (saved_max_pfn). */
    private String commandLine(PaddrRange header, List<Entry> map) {
        StringBuilder line = new StringBuilder(request.commandLine());
        line.append(" elfcorehdr=%dK memmap=exactmap".formatted(header.start() >> 10));
        for (Entry entry : map) {
            PaddrRange range = entry.range();
            switch (entry.kind()) {
                case RAM -> line.append(" memmap=%dK@%dK".formatted(range.size() >> 10, range.start() >> 10));
                case ACPI, NVS -> line.append(" memmap=%dK#%dK".formatted(range.size() >> 10, range.start() >> 10));
                case RESERVED, UNUSABLE -> {}
            }
        }
        return line.toString();
    }

    private PaddrRange placeKernel() {
        long size = image.initSize();
        PaddrRange at;
        if (image.relocatable()) {
            long max = Math.min(LOWMEM_MAX, image.initrdAddressMax()) + 1;
            long min = Math.max(MIB, image.preferredAddress());
            at = holes.take(size, image.alignment(), new PaddrRange(Math.min(min, max), max), Direction.BOTTOM_UP);
        } else {
            at = holes.take(size, 1, new PaddrRange(MIB, MIB + PaddrRange.pageUp(size)), Direction.BOTTOM_UP);
        }
        add("kernel", at, Payload.of(image.file(), image.setupBytes(), image.payloadBytes()));
        return at;
    }

    private void placeInitrd(BootParams setup, long min) {
        request.initrd().filter(initrd -> initrd.size() > 0).ifPresent(initrd -> {
            long max = Math.max(min, image.initrdAddressMax() + 1);
            PaddrRange at = holes.take(initrd.size(), 1, new PaddrRange(min, max), Direction.TOP_DOWN);
            setup.initrd(at, initrd.size());
            add("initrd", at, initrd);
        });
    }

    private void add(String name, PaddrRange at, Payload payload) {
        segments.add(new Segment(name, at, payload.bytes(), payload.size()));
    }

    private LoadPlan finish(PaddrRange purgatoryAt, PaddrRange setupAt, PaddrRange kernelAt, long flags) {
        purgatory.enter(kernelAt.start(), setupAt.start());
        switch (request.checks()) {
            case SHA256 -> expectDigest();
            case NONE -> purgatory.skipChecks();
        }
        add("purgatory", purgatoryAt, Payload.of(purgatory.bytes()));
        return new LoadPlan(purgatoryAt.start() + purgatory.entryOffset(), flags, segments);
    }

    /** The digest covers the whole pages that have content; the kernel zero-fills the last of them. */
    private void expectDigest() {
        List<Segment> sorted = segments.stream()
                .sorted(Comparator.comparingLong(segment -> segment.range().start()))
                .toList();
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            List<Purgatory.Region> regions = new ArrayList<>();
            for (Segment segment : sorted) {
                long length = PaddrRange.pageUp(segment.contentSize());
                regions.add(new Purgatory.Region(segment.range().start(), length));
                digest(segment, length, sha256);
            }
            purgatory.expect(regions, sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void digest(Segment segment, long length, MessageDigest sha256) {
        for (long offset = 0; offset < length; offset += PaddrRange.PAGE) {
            ByteBuffer page = ByteBuffer.allocate((int) PaddrRange.PAGE);
            page.limit((int) Math.min(PaddrRange.PAGE, segment.contentSize() - offset));
            if (segment.content() != null) {
                segment.content().copyFromUser(offset, page);
            }
            sha256.update(page.clear());
        }
    }
}
