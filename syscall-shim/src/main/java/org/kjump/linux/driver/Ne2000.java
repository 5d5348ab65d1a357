package org.kjump.linux.driver;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/** The network card: drivers/net/8390.c. Ring, receiver and mask are write-only; the address is on page 1. */
final class Ne2000 implements Driver {
    private static final int BASE = 0x300;
    private static final int STOP = 0x21;
    private static final int START = 0x22;
    private static final int PAGE1 = 0x40;
    private static final int CURR = 6;
    private static final int ADDRESS = 8;

    @Override
    public String name() {
        return "ne.768";
    }

    @Override
    public Stage stage() {
        return Stage.DEVICE;
    }

    @Override
    public int[] choose(KernelView kernel) {
        // The rings of two kernels begin elsewhere; only one that lives on the disk has the network up.
        boolean up = kernel.parameter("root").isPresent();
        int first = up ? 0x46 : 0x4c;
        return new int[] {
            first,
            0x80,
            first,
            up ? 0x04 : 0x20,
            0x49,
            up ? 0x3f : 0x00,
            up ? START : STOP,
            first + 1,
            // The station address; a driver has it from the card's PROM.
            0x52,
            0x54,
            0x00,
            0x12,
            0x34,
            0x56
        };
    }

    @Override
    public void program(PortSpace ports, int[] settings) {
        ports.out(BASE, 1, STOP);
        ports.out(BASE + 14, 1, settings[4]);
        ports.out(BASE + 1, 1, settings[0]);
        ports.out(BASE + 2, 1, settings[1]);
        ports.out(BASE + 3, 1, settings[2]);
        ports.out(BASE + 12, 1, settings[3]);
        ports.out(BASE + 15, 1, settings[5]);
        ports.out(BASE, 1, STOP | PAGE1);
        for (int i = 0; i < 6; i++) {
            ports.out(BASE + 1 + i, 1, settings[ADDRESS + i]);
        }
        ports.out(BASE + 1 + CURR, 1, settings[7]);
        ports.out(BASE, 1, settings[6]);
    }

    @Override
    public void refresh(PortSpace ports, int[] settings) {
        settings[2] = ports.in(BASE + 3, 1);
        settings[6] = ports.in(BASE, 1);
        ports.out(BASE, 1, settings[6] | PAGE1);
        settings[7] = ports.in(BASE + 1 + CURR, 1);
        ports.out(BASE, 1, settings[6]);
    }

    @Override
    public void quiesce(PortSpace ports) {
        ports.out(BASE, 1, STOP);
        ports.out(BASE + 12, 1, 0x20);
        ports.out(BASE + 15, 1, 0);
    }
}
