package org.kjump.linux.driver;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/** The clock: drivers/rtc/rtc-cmos.c. Registers A and B hold its rate and which of its interrupts are on. */
final class RtcCmos implements Driver {
    private static final int A = 0x0a;
    private static final int B = 0x0b;
    private static final int C = 0x0c;
    private static final int D = 0x0d;
    private static final int PERIODIC_ALARM_UPDATE = 0x70;

    @Override
    public String name() {
        return "rtc_cmos";
    }

    @Override
    public Stage stage() {
        return Stage.DEVICE;
    }

    @Override
    public int[] choose(KernelView kernel) {
        return new int[] {0x26, kernel.parameter("root").isPresent() ? 0x42 : 0x02};
    }

    @Override
    public void program(PortSpace ports, int[] settings) {
        write(ports, A, settings[0]);
        write(ports, B, settings[1]);
        ports.out(0x70, 1, D);
    }

    @Override
    public void refresh(PortSpace ports, int[] settings) {
        settings[0] = read(ports, A);
        settings[1] = read(ports, B);
    }

    @Override
    public void quiesce(PortSpace ports) {
        write(ports, B, read(ports, B) & ~PERIODIC_ALARM_UPDATE);
        read(ports, C);
    }

    private static int read(PortSpace ports, int register) {
        ports.out(0x70, 1, register);
        return ports.in(0x71, 1);
    }

    private static void write(PortSpace ports, int register, int value) {
        ports.out(0x70, 1, register);
        ports.out(0x71, 1, value);
    }
}
