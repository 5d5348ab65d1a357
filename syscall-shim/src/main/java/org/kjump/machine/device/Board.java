package org.kjump.machine.device;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kjump.machine.cpu.PortSpace;

/** The devices of the machine on one bus. A port that nobody claims reads as ones, and writes to it are lost. */
public final class Board implements PortSpace {
    private final Uart uart = new Uart();
    private final List<Device> devices = List.of(
            new Pit(),
            new Pic("pic1", 0x20, 0x4d0),
            new Pic("pic2", 0xa0, 0x4d1),
            new Rtc(),
            uart,
            new Ide(),
            new Nic());

    public void connectSerial(Appendable console) {
        uart.connect(console);
    }

    /** Power-on. */
    public void reset() {
        devices.forEach(Device::reset);
    }

    /** Every register of every device, those that software cannot read back too: for people and tests. */
    public Map<String, Map<String, Integer>> registers() {
        Map<String, Map<String, Integer>> all = new LinkedHashMap<>();
        devices.forEach(device -> all.put(device.name(), device.registers()));
        return all;
    }

    public int storedBytes() {
        return devices.stream().mapToInt(Device::storedBytes).sum();
    }

    public void store(ByteBuffer target) {
        devices.forEach(device -> device.store(target));
    }

    public void load(ByteBuffer source) {
        devices.forEach(device -> device.load(source));
    }

    @Override
    public int in(int port, int width) {
        int value = 0;
        for (int i = 0; i < width; i++) {
            value |= inByte(port + i) << 8 * i;
        }
        return value;
    }

    @Override
    public void out(int port, int width, int value) {
        for (int i = 0; i < width; i++) {
            for (Device device : devices) {
                if (device.claims(port + i)) {
                    device.out(port + i, value >> 8 * i & 0xff);
                }
            }
        }
    }

    private int inByte(int port) {
        for (Device device : devices) {
            if (device.claims(port)) {
                return device.in(port) & 0xff;
            }
        }
        return 0xff;
    }
}
