package org.kjump.linux.driver;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/** The disk: drivers/ide. Transfer mode and write cache are set by commands and cannot be read back from registers. */
final class IdeDisk implements Driver {
    private static final int SET_FEATURES = 0xef;
    private static final int FLUSH_CACHE = 0xe7;

    @Override
    public String name() {
        return "0.0";
    }

    @Override
    public Stage stage() {
        return Stage.DEVICE;
    }

    @Override
    public int[] choose(KernelView kernel) {
        // A kernel that lives on the disk drives it by ultra DMA and lets it cache; a rescue kernel plays safe.
        boolean disk = kernel.parameter("root").isPresent();
        return new int[] {disk ? 0x42 : 0x0c, disk ? 0x02 : 0x82, 0, 0xe0};
    }

    @Override
    public void program(PortSpace ports, int[] settings) {
        ports.out(0x1f6, 1, settings[3]);
        features(ports, settings[1], 0);
        features(ports, 0x03, settings[0]);
        ports.out(0x3f6, 1, settings[2]);
    }

    private static void features(PortSpace ports, int feature, int count) {
        ports.out(0x1f1, 1, feature);
        ports.out(0x1f2, 1, count);
        ports.out(0x1f7, 1, SET_FEATURES);
    }

    @Override
    public void refresh(PortSpace ports, int[] settings) {
        settings[3] = ports.in(0x1f6, 1);
    }

    @Override
    public void quiesce(PortSpace ports) {
        ports.out(0x1f7, 1, FLUSH_CACHE);
        features(ports, 0x03, 0x08);
        ports.out(0x3f6, 1, 0x02); // no interrupts
    }
}
