package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.plan.HoleFinder.Direction;

/** A bzImage, placed as kexec-tools 2.0.32 places it. */
record BzImageKernel(BzImage image) implements LinuxKernel {
    private static final long MIB = 0x100000;
    private static final long LOWMEM_MAX = 0x37ffffff;
    private static final PaddrRange ANYWHERE = new PaddrRange(0x3000, 0x80000000L);
    private static final PaddrRange BELOW_EBDA = new PaddrRange(0x3000, 0xa0000);

    @Override
    public String name() {
        return image.file().name();
    }

    @Override
    public int protocol() {
        return image.version();
    }

    @Override
    public ByteBuffer setupHeader() {
        return image.setupHeader();
    }

    @Override
    public int commandLineOffset() {
        return (int) Math.max(image.setupBytes(), PaddrRange.PAGE);
    }

    @Override
    public long commandLineMax() {
        return image.commandLineMax();
    }

    @Override
    public long initrdAddressMax() {
        return image.initrdAddressMax();
    }

    @Override
    public PaddrRange room() {
        long start = Math.max(MIB, image.preferredAddress());
        return new PaddrRange(start, start + PaddrRange.pageUp(image.initSize()));
    }

    @Override
    public boolean relocatable() {
        return image.relocatable();
    }

    @Override
    public void claim(Placement placement) {}

    @Override
    public PaddrRange placePurgatory(Placement placement, long size) {
        boolean low = !image.relocatable() && !placement.isJump();
        return placement.take(size, 1, low ? BELOW_EBDA : ANYWHERE, Direction.TOP_DOWN);
    }

    @Override
    public PaddrRange placeSetup(Placement placement, long size) {
        return placement.isJump()
                ? placement.take(size, 1, ANYWHERE, Direction.TOP_DOWN)
                : placement.take(size, 1, BELOW_EBDA, Direction.BOTTOM_UP);
    }

    @Override
    public long place(Placement placement) {
        if (image.relocatable()) {
            placement.say("bzImage is relocatable");
        }
        long size = image.initSize();
        placement.say("kernel init_size 0x%x".formatted(size));
        PaddrRange at;
        if (image.relocatable()) {
            long max = Math.min(LOWMEM_MAX, image.initrdAddressMax()) + 1;
            long min = Math.min(max, Math.max(MIB, image.preferredAddress()));
            at = placement.take(size, image.alignment(), new PaddrRange(min, max), Direction.BOTTOM_UP);
        } else {
            at = placement.take(size, 1, new PaddrRange(MIB, MIB + PaddrRange.pageUp(size)), Direction.BOTTOM_UP);
        }
        placement.add("kernel", at, Payload.of(image.file(), image.setupBytes(), image.payloadBytes()));
        placement.say("Loaded 32bit kernel at 0x%x".formatted(at.start()));
        return at.start();
    }
}
