package org.kjump.linux.driver;

import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/** The timer: arch/x86/kernel/i8253.c. Mode and reload value are write-only. */
final class I8254 implements Driver {
    private static final int PERIODIC = 0x34;
    private static final int OFF = 0x30;

    @Override
    public String name() {
        return "i8253.0";
    }

    @Override
    public Stage stage() {
        return Stage.SYSTEM;
    }

    @Override
    public int[] choose(KernelView kernel) {
        return new int[] {PERIODIC, 4773}; // 1193182 Hz / HZ 250
    }

    @Override
    public void program(PortSpace ports, int[] settings) {
        ports.out(0x43, 1, settings[0]);
        ports.out(0x40, 1, settings[1] & 0xff);
        ports.out(0x40, 1, settings[1] >> 8);
    }

    @Override
    public void refresh(PortSpace ports, int[] settings) {}

    @Override
    public void quiesce(PortSpace ports) {
        program(ports, new int[] {OFF, 0});
    }
}
