package org.kjump.linux.driver;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/** The interrupt controllers: arch/x86/kernel/i8259.c. The masks live in memory (cached_irq_mask); ELCR can be read. */
final class I8259 implements Driver {
    private static final int VECTOR_BASE = 0x30;

    @Override
    public String name() {
        return "i8259.0";
    }

    @Override
    public Stage stage() {
        return Stage.SYSTEM;
    }

    @Override
    public int[] choose(KernelView kernel) {
        // Timer, cascade, serial line; with a disk for root the disk's interrupt 14 too.
        boolean disk = kernel.parameter("root").isPresent();
        return new int[] {0xea, disk ? 0xbf : 0xff, disk ? 0x00 : 0x20, 0x0c};
    }

    @Override
    public void program(PortSpace ports, int[] settings) {
        ports.out(0x21, 1, 0xff);
        int[][] sequences = {{0x20, 0x11, VECTOR_BASE, 0x04, 0x01}, {0xa0, 0x11, VECTOR_BASE + 8, 0x02, 0x01}};
        for (int[] sequence : sequences) {
            ports.out(sequence[0], 1, sequence[1]);
            for (int i = 2; i < sequence.length; i++) {
                ports.out(sequence[0] + 1, 1, sequence[i]);
            }
        }
        ports.out(0x21, 1, settings[0]);
        ports.out(0xa1, 1, settings[1]);
        ports.out(0x4d0, 1, settings[2]);
        ports.out(0x4d1, 1, settings[3]);
    }

    @Override
    public void refresh(PortSpace ports, int[] settings) {
        settings[2] = ports.in(0x4d0, 1);
        settings[3] = ports.in(0x4d1, 1);
    }

    @Override
    public void quiesce(PortSpace ports) {
        ports.out(0x21, 1, 0xff);
        ports.out(0xa1, 1, 0xff);
    }
}
