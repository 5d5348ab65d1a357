package org.kjump.machine.device;

/**
 * Intel 8254, the interval timer: ports 0x40 to 0x43. Mode and reload value are write-only; reading a counter gives its
 * present count, which here stands still at the reload value, as nothing ever waits for it.
 */
final class Pit extends Device {
    private static final int CONTROL = 0x43;
    private static final String HIGH_NEXT = "high_next";

    Pit() {
        super(registers("mode0", 0, "mode1", 0, "mode2", 0, "reload0", 0, "reload1", 0, "reload2", 0, HIGH_NEXT, 0));
    }

    @Override
    String name() {
        return "pit";
    }

    @Override
    boolean claims(int port) {
        return port >= 0x40 && port <= CONTROL;
    }

    @Override
    int in(int port) {
        return port == CONTROL ? 0xff : get("reload" + (port & 3));
    }

    @Override
    void out(int port, int value) {
        if (port == CONTROL) {
            int channel = value >> 6;
            if (channel < 3) {
                set("mode" + channel, value & 0x3f);
                set(HIGH_NEXT, 0);
            }
            return;
        }
        String reload = "reload" + (port & 3);
        if (get(HIGH_NEXT) == 0) {
            set(reload, get(reload) & 0xff00 | value);
        } else {
            set(reload, get(reload) & 0xff | value << 8);
        }
        set(HIGH_NEXT, get(HIGH_NEXT) ^ 1);
    }
}
