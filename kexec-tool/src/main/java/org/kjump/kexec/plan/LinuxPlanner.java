package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.kjump.kexec.plan.HoleFinder.Direction;
import org.kjump.kexec.purgatory.Purgatory;

/** Places a Linux kernel: as a successor of the running one, or beside it for a jump or a crash. */
public final class LinuxPlanner {
    private static final long MIB = 0x100000;
    private static final long LOWMEM_END = 0x38000000;
    private static final long INITRD_BASE = 0x1000000;
    private static final long ELF_CORE_HEADER_MIN = 0x4000;
    /** What the purgatory appends: " kexec_jump_back_entry=0x" and 8 digits. */
    private static final int JUMP_BACK_ENTRY = 33;
    /** struct setup_data and its type for random bytes (asm/bootparam.h of Linux 6.1). */
    private static final int SETUP_DATA_BYTES = 16;

    private static final int SETUP_RNG_SEED = 9;
    private static final int SETUP_DATA_SINCE = 0x209;

    private final LinuxRequest request;
    private final LinuxKernel kernel;
    private final Placement placement;
    private final Purgatory purgatory = Purgatory.load();

    private LinuxPlanner(LinuxRequest request, Placement placement) {
        this.request = request;
        this.placement = placement;
        kernel = request.kernel();
        purgatory.complainAt(request.serialPort());
    }

    /** The new kernel gets the machine; nothing of the old one stays. */
    public static LoadPlan replace(LinuxRequest request) {
        Placement placement = new Placement(Purpose.REPLACE, request.map().ram(), request.window());
        return new LinuxPlanner(request, placement).replace();
    }

    /** The new kernel gets the window; every page it may use is backed up. */
    public static LoadPlan preserveContext(LinuxRequest request) {
        Placement placement =
                new Placement(Purpose.PRESERVE_CONTEXT, request.map().ram(), request.window());
        return new LinuxPlanner(request, placement).beside(BorrowedMemory.forJump(request));
    }

    /** The new kernel gets what was kept for it, and a low window that its purgatory copies aside first. */
    public static LoadPlan crash(LinuxRequest request, PaddrRange reserved) {
        if (!request.kernel().relocatable()) {
            throw PlanException.cannotLoad(
                    "BzImage is not relocatable. Can't be used as capture kernel.",
                    request.kernel().name());
        }
        BorrowedMemory borrowed = BorrowedMemory.forCrash(request, reserved);
        Placement placement = new Placement(Purpose.CRASH, List.of(borrowed.region()), borrowed.region());
        return new LinuxPlanner(request, placement).beside(borrowed);
    }

    private LoadPlan replace() {
        kernel.claim(placement);
        PaddrRange purgatoryAt = takePurgatory();
        requireShort(request.commandLine(), 0);
        BootParams setup = new BootParams(kernel, request.commandLine());
        PaddrRange setupAt = takeSetup(setup);
        return finish(purgatoryAt, setup, setupAt, INITRD_BASE);
    }

    private LoadPlan beside(BorrowedMemory borrowed) {
        kernel.claim(placement);
        if (placement.purpose() == Purpose.CRASH) {
            keepLowMemory(borrowed.low());
        }
        PaddrRange header = elfCoreHeader(borrowed);
        BorrowedMemory usable = borrowed.without(header);
        BootParams setup = new BootParams(kernel, commandLine(header, usable));
        PaddrRange purgatoryAt = takePurgatory();
        PaddrRange setupAt = takeSetup(setup);
        purgatory.appendJumpBackEntryAt(setup.commandLineEnd(setupAt.start()));
        LoadPlan plan = finish(purgatoryAt, setup, setupAt, borrowed.region().start());
        if (placement.purpose() == Purpose.CRASH) {
            return plan;
        }
        for (PaddrRange hole : PaddrRange.minus(borrowed.usable(), placement.ranges())) {
            placement.addBackup(hole);
            placement.say("Created backup segment at 0x%x".formatted(hole.start()));
        }
        return placement.plan(plan.entry());
    }

    /** A crashed kernel cannot swap: its low pages are copied before the new kernel starts. */
    private void keepLowMemory(PaddrRange low) {
        PaddrRange backup = placement.take(low.size(), 1, new PaddrRange(0, 1L << 32), Direction.BOTTOM_UP);
        placement.addBackup(backup);
        placement.say("Created backup segment at 0x%x".formatted(backup.start()));
        purgatory.copy(low.start(), low.size(), backup.start());
    }

    private PaddrRange elfCoreHeader(BorrowedMemory borrowed) {
        List<PaddrRange> kept = borrowed.kept();
        long size = Math.max(ELF_CORE_HEADER_MIN, ElfCoreHeader.size(kept.size() + 1, request.vmcoreInfo()));
        PaddrRange at = placement.take(size, 1, borrowed.region(), Direction.TOP_DOWN);
        ElfCoreHeader header = ElfCoreHeader.of(borrowed.loads(placement.segments()), request.vmcoreInfo(), at.start());
        placement.add("elfcorehdr", at, Payload.of(header.bytes()));
        placement.say("CRASH MEMORY RANGES");
        kept.forEach(range -> placement.say("%016x-%016x (0)".formatted(range.start(), range.end() - 1)));
        header.debugLines().forEach(placement::say);
        placement.say("Created elf header segment at 0x%x".formatted(at.start()));
        return at;
    }

    /** Linux 2.6.27 reads old memory only if it was told {@code memmap=exactmap} (saved_max_pfn). */
    private String commandLine(PaddrRange header, BorrowedMemory usable) {
        String line = request.commandLine() + " elfcorehdr=%dK".formatted(header.start() >> 10);
        placement.say("Command line after adding elfcorehdr");
        placement.say(line);
        line += usable.memmapArguments();
        placement.say("Command line after adding memmap");
        placement.say(line);
        requireShort(line, JUMP_BACK_ENTRY);
        return line;
    }

    private void requireShort(String line, int more) {
        if (line.length() + more > kernel.commandLineMax()) {
            throw PlanException.cannotLoad(
                    "Kernel command line too long for kernel! Command line overflow: at most %d characters expected, %d found"
                            .formatted(kernel.commandLineMax(), line.length() + more),
                    kernel.name());
        }
    }

    private PaddrRange takePurgatory() {
        PaddrRange at = kernel.placePurgatory(placement, purgatory.memorySize());
        placement.say("Loaded purgatory at addr 0x%x".formatted(at.start()));
        return at;
    }

    private PaddrRange takeSetup(BootParams setup) {
        PaddrRange at = kernel.placeSetup(placement, setup.size());
        placement.say("Loaded real-mode code and command line at 0x%x".formatted(at.start()));
        return at;
    }

    /** Kernel, initrd, seed; then what needs their addresses. */
    private LoadPlan finish(PaddrRange purgatoryAt, BootParams setup, PaddrRange setupAt, long initrdMin) {
        long entry = kernel.place(placement);
        placeInitrd(setup, initrdMin);
        placeSeed(setup);
        // The whole machine's: Linux 2.6.27 takes from it how much old memory there is to be read (saved_max_pfn,
        // arch/x86/kernel/e820.c). What is RAM for a kernel beside another memmap=exactmap says.
        setup.e820(request.map().entries());
        placement.say("E820 memmap:");
        setup.e820Lines(request.map().entries()).forEach(placement::say);
        placement.add("setup", setupAt, Payload.of(setup.at(setupAt.start(), entry)));
        purgatory.enter(entry, setupAt.start());
        return placement.plan(PurgatoryPlanner.add(placement, purgatoryAt, purgatory, request.checks()));
    }

    private void placeInitrd(BootParams setup, long min) {
        request.initrd().ifPresent(initrd -> {
            placement.say("initrd_addr_max is 0x%x".formatted(kernel.initrdAddressMax()));
            long max = Math.max(min, kernel.initrdAddressMax() + 1);
            PaddrRange at = placement.take(initrd.size(), 1, new PaddrRange(min, max), Direction.TOP_DOWN);
            setup.initrd(at, initrd.size());
            placement.add("initrd", at, initrd);
            placement.say("Loaded initrd at 0x%x size 0x%x".formatted(at.start(), initrd.size()));
        });
    }

    private void placeSeed(BootParams setup) {
        if (kernel.protocol() < SETUP_DATA_SINCE) {
            return;
        }
        byte[] seed = request.seed();
        ByteBuffer node = ByteBuffer.allocate(SETUP_DATA_BYTES + seed.length).order(ByteOrder.LITTLE_ENDIAN);
        node.putLong(0).putInt(SETUP_RNG_SEED).putInt(seed.length).put(seed).flip();
        PaddrRange at = placement.take(node.remaining(), 1, new PaddrRange(MIB, LOWMEM_END), Direction.BOTTOM_UP);
        setup.setupData(at.start());
        placement.add("seed", at, Payload.of(node));
    }
}
