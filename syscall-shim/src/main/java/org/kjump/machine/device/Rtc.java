package org.kjump.machine.device;

import java.util.LinkedHashMap;
import java.util.Map;

/** MC146818, the clock with its battery-backed memory: index port 0x70, data port 0x71. Reading register C clears it. */
final class Rtc extends Device {
    private static final int CELLS = 0x40;
    private static final int REGISTER_C = 0x0c;

    Rtc() {
        super(cells());
    }

    private static Map<String, Integer> cells() {
        Map<String, Integer> cells = new LinkedHashMap<>();
        cells.put("index", 0);
        for (int i = 0; i < CELLS; i++) {
            cells.put(cell(i), 0);
        }
        // Registers A to D as firmware leaves them: 32768 Hz, 24 hours, valid RAM.
        cells.put(cell(0x0a), 0x26);
        cells.put(cell(0x0b), 0x02);
        cells.put(cell(0x0d), 0x80);
        return cells;
    }

    private static String cell(int index) {
        return "cmos_%02x".formatted(index);
    }

    @Override
    String name() {
        return "rtc";
    }

    @Override
    boolean claims(int port) {
        return port == 0x70 || port == 0x71;
    }

    @Override
    int in(int port) {
        if (port == 0x70) {
            return 0xff;
        }
        int index = get("index") & (CELLS - 1);
        int value = get(cell(index));
        if (index == REGISTER_C) {
            set(cell(index), 0);
        }
        return value;
    }

    @Override
    void out(int port, int value) {
        if (port == 0x70) {
            set("index", value);
        } else {
            set(cell(get("index") & (CELLS - 1)), value);
        }
    }
}
