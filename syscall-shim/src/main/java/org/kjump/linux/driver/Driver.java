package org.kjump.linux.driver;

import java.util.List;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;

/**
 * What a driver does with its device's registers. The settings of a device are words that the driver keeps in the
 * kernel's memory; a register that cannot be read back is known from there alone.
 */
interface Driver {
    /** Whether a device is suspended with the others, or with interrupts off as a part of the board. */
    enum Stage {
        DEVICE,
        SYSTEM
    }

    /** {@code bus_id} of the device. */
    String name();

    Stage stage();

    /** The settings that this kernel chooses when it finds the device. */
    int[] choose(KernelView kernel);

    /** Writes the settings to the device: at probe, and after a jump. */
    void program(PortSpace ports, int[] settings);

    /** Brings those settings up to date that the device can tell. */
    void refresh(PortSpace ports, int[] settings);

    /** No interrupts, no transfers. */
    void quiesce(PortSpace ports);

    /** In the order of registration: parents first. */
    static List<Driver> all() {
        return List.of(new I8259(), new I8254(), new RtcCmos(), new Serial8250(), new IdeDisk(), new Ne2000());
    }
}
