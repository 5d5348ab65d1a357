package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.kexec.image.ElfExecutable;
import org.kjump.kexec.plan.HoleFinder.Direction;

/** An ELF program that takes its arguments as Linux does; it has no setup header, so one is made up (kexec-tools 2.0.32). */
record VmlinuxKernel(ElfExecutable program) implements LinuxKernel {
    private static final int HEADER_BYTES = 0x268 - 0x1f1;
    private static final int BOOT_PARAMS = 0xeec;
    private static final int COMMAND_LINE_MAX = 2047;
    private static final int PROTOCOL = 0x206;
    private static final long INITRD_MAX = 0x37ffffff;
    private static final long SETUP_MEMORY = 0x4000;
    private static final PaddrRange ANYWHERE = new PaddrRange(PaddrRange.PAGE, 1L << 32);

    @Override
    public String name() {
        return program.file().name();
    }

    @Override
    public int protocol() {
        return PROTOCOL;
    }

    @Override
    public ByteBuffer setupHeader() {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0x202 - 0x1f1, 0x53726448).putShort(0x206 - 0x1f1, (short) PROTOCOL);
        return header.putInt(0x22c - 0x1f1, (int) INITRD_MAX).putInt(0x238 - 0x1f1, COMMAND_LINE_MAX + 1);
    }

    @Override
    public int commandLineOffset() {
        return BOOT_PARAMS;
    }

    @Override
    public long commandLineMax() {
        return COMMAND_LINE_MAX;
    }

    @Override
    public long initrdAddressMax() {
        return INITRD_MAX;
    }

    @Override
    public PaddrRange room() {
        long start = Long.MAX_VALUE;
        long end = 0;
        for (PaddrRange range : ElfPlanner.pages(program)) {
            start = Math.min(start, range.start());
            end = Math.max(end, range.end());
        }
        return new PaddrRange(start, end);
    }

    @Override
    public boolean relocatable() {
        return false;
    }

    @Override
    public void claim(Placement placement) {
        ElfPlanner.place(program, placement);
    }

    @Override
    public PaddrRange placePurgatory(Placement placement, long size) {
        return placement.take(size, 1, ANYWHERE, Direction.BOTTOM_UP);
    }

    @Override
    public PaddrRange placeSetup(Placement placement, long size) {
        return placement.take(Math.max(size, SETUP_MEMORY), 1, ANYWHERE, Direction.BOTTOM_UP);
    }

    @Override
    public long place(Placement placement) {
        return program.entry();
    }
}
