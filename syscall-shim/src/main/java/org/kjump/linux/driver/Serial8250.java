package org.kjump.linux.driver;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/** The serial port: drivers/serial/8250.c. The speed is that of {@code console=ttyS0,SPEED}; FCR is write-only. */
final class Serial8250 implements Driver {
    private static final int BASE = 0x3f8;
    private static final int DLAB = 0x80;
    private static final int CLOCK = 115200;

    @Override
    public String name() {
        return "serial8250";
    }

    @Override
    public Stage stage() {
        return Stage.DEVICE;
    }

    @Override
    public int[] choose(KernelView kernel) {
        String speed = kernel.parameter("console").orElse("").replaceFirst("^ttyS0,?", "");
        int baud = speed.matches("[1-9][0-9]{2,5}") ? Integer.parseInt(speed) : 9600;
        // IER, FCR, LCR (8 bits), MCR, divisor
        return new int[] {0x05, 0x01, 0x03, 0x0b, Math.max(1, CLOCK / baud)};
    }

    @Override
    public void program(PortSpace ports, int[] settings) {
        ports.out(BASE + 3, 1, settings[2] | DLAB);
        ports.out(BASE, 1, settings[4] & 0xff);
        ports.out(BASE + 1, 1, settings[4] >> 8);
        ports.out(BASE + 3, 1, settings[2]);
        ports.out(BASE + 1, 1, settings[0]);
        ports.out(BASE + 2, 1, settings[1]);
        ports.out(BASE + 4, 1, settings[3]);
    }

    @Override
    public void refresh(PortSpace ports, int[] settings) {
        settings[0] = ports.in(BASE + 1, 1);
        settings[2] = ports.in(BASE + 3, 1);
        settings[3] = ports.in(BASE + 4, 1);
    }

    @Override
    public void quiesce(PortSpace ports) {
        ports.out(BASE + 1, 1, 0);
        ports.out(BASE + 4, 1, 0);
    }
}
