package org.kjump.machine.device;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A device as software on the bus meets it: a file of registers behind ports. All its state are these registers, so that
 * a machine can be put away and taken out again; what software cannot read back, such as the mode of a timer, is
 * among them.
 */
abstract class Device {
    private final List<String> names;
    private final int[] reset;
    private final int[] values;

    /** @param reset the registers after power-on, in the order in which people are shown them */
    Device(Map<String, Integer> reset) {
        names = List.copyOf(reset.keySet());
        this.reset = reset.values().stream().mapToInt(Integer::intValue).toArray();
        values = this.reset.clone();
    }

    abstract String name();

    abstract boolean claims(int port);

    /** Reads a byte from a port that the device claims. */
    abstract int in(int port);

    /** Writes a byte to a port that the device claims. */
    abstract void out(int port, int value);

    final int get(String register) {
        return values[names.indexOf(register)];
    }

    final void set(String register, int value) {
        values[names.indexOf(register)] = value;
    }

    final void reset() {
        System.arraycopy(reset, 0, values, 0, values.length);
    }

    final Map<String, Integer> registers() {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            all.put(names.get(i), values[i]);
        }
        return all;
    }

    final int storedBytes() {
        return 4 * values.length;
    }

    final void store(ByteBuffer target) {
        Arrays.stream(values).forEach(target::putInt);
    }

    final void load(ByteBuffer source) {
        Arrays.setAll(values, i -> source.getInt());
    }

    /** Registers in order, each with its value after reset. */
    static Map<String, Integer> registers(Object... namesAndValues) {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put((String) namesAndValues[i], (Integer) namesAndValues[i + 1]);
        }
        return all;
    }
}
