package org.kjump.linux.driver;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.kjump.linux.mm.Slab;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.PortSpace;
import org.kjump.vmcore.layout.Struct;

/**
 * The devices that a kernel knows: {@code struct device}s on {@code dpm_list}, in the order of registration, each in an object
 * with its driver's data behind it: a word that makes the driver refuse to freeze, with an errno, and the settings.
 */
public record Devices(KernelView kernel) {
    /** Offset of the driver's data in a device's object. */
    public static final int REFUSAL = 0x200;

    private static final int SETTINGS = 0x204;
    private static final int OBJECT_BYTES = 0x300;
    private static final int STATUS_ON = 1;
    private static final int STATUS_OFF = 5;

    /** A device refused to freeze. */
    public static final class FreezeRefused extends Exception {
        private final int errno;

        FreezeRefused(String message, int errno) {
            super(message);
            this.errno = errno;
        }

        /** As the kernel logs it. */
        public String message() {
            return String.valueOf(getMessage());
        }

        public int errno() {
            return errno;
        }
    }

    /** Finds and programs every device, and registers it. */
    public void probe() {
        for (Driver driver : Driver.all()) {
            OptionalLong object = new Slab(kernel).allocate(OBJECT_BYTES);
            Struct device = kernel.struct("device", object.orElseThrow(() -> new KernelPanic("no memory for devices")));
            device.setString("bus_id", driver.name());
            device.set("driver_data", device.address() + REFUSAL);
            device.set("power.status", STATUS_ON);
            kernel.addToListTail(kernel.profile().symbol("dpm_list"), device.addressOf("power.entry"));
            int[] settings = driver.choose(kernel);
            driver.program(ports(), settings);
            store(device, settings);
        }
    }

    /** device_suspend(FREEZE), drivers/base/power/main.c: the last registered first. What was frozen stays so if one refuses. */
    public void freeze() throws FreezeRefused {
        for (Struct device : backwards(Driver.Stage.DEVICE)) {
            int errno = refusal(device);
            if (errno != 0) {
                throw new FreezeRefused(
                        "PM: Device %s failed to freeze: error %d".formatted(device.string("bus_id"), -errno), errno);
            }
            freeze(device);
        }
    }

    /** sysdev_suspend, drivers/base/sys.c: the rest of the board, with interrupts off. It undoes what it did if one refuses. */
    public void freezeSystem() throws FreezeRefused {
        for (Struct device : backwards(Driver.Stage.SYSTEM)) {
            int errno = refusal(device);
            if (errno != 0) {
                restoreSystem();
                throw new FreezeRefused("Class suspend failed for " + device.string("bus_id"), errno);
            }
            freeze(device);
        }
    }

    private int refusal(Struct device) {
        return (int) kernel.u32(device.address() + REFUSAL);
    }

    private void freeze(Struct device) {
        Driver driver = driver(device);
        int[] settings = settings(device, driver);
        driver.refresh(ports(), settings);
        store(device, settings);
        driver.quiesce(ports());
        device.set("power.status", STATUS_OFF);
    }

    private List<Struct> backwards(Driver.Stage stage) {
        List<Struct> found = new ArrayList<>(devices().stream()
                .filter(device -> driver(device).stage() == stage)
                .toList());
        Collections.reverse(found);
        return found;
    }

    /** device_resume(RESTORE): in the order of registration, those that are off. */
    public void restore() {
        restore(Driver.Stage.DEVICE);
    }

    public void restoreSystem() {
        restore(Driver.Stage.SYSTEM);
    }

    private void restore(Driver.Stage stage) {
        for (Struct device : devices()) {
            Driver driver = driver(device);
            if (driver.stage() == stage && device.get("power.status") == STATUS_OFF) {
                driver.program(ports(), settings(device, driver));
                device.set("power.status", STATUS_ON);
            }
        }
    }

    /** device_shutdown: for good. */
    public void shutdown() {
        List<Struct> devices = devices();
        for (int i = devices.size() - 1; i >= 0; i--) {
            driver(devices.get(i)).quiesce(ports());
        }
    }

    private PortSpace ports() {
        return kernel.machine().ports();
    }

    private List<Struct> devices() {
        return kernel.list(kernel.profile().symbol("dpm_list")).stream()
                .map(node -> kernel.containing("device", "power.entry", node))
                .toList();
    }

    private static Driver driver(Struct device) {
        String name = device.string("bus_id");
        return Driver.all().stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new KernelPanic("no driver for device '" + name + "'"));
    }

    private int[] settings(Struct device, Driver driver) {
        int[] settings = new int[driver.choose(kernel).length];
        for (int i = 0; i < settings.length; i++) {
            settings[i] = (int) kernel.u32(device.address() + SETTINGS + 4L * i);
        }
        return settings;
    }

    private void store(Struct device, int[] settings) {
        for (int i = 0; i < settings.length; i++) {
            kernel.setU32(device.address() + SETTINGS + 4L * i, settings[i]);
        }
    }
}
