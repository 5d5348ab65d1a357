package org.kjump.machine.device;

/**
 * Intel 8259A, one of the two interrupt controllers: command and data port, and the edge/level register of the chip set.
 * After ICW1 the data port takes ICW2 (vector base), ICW3 and ICW4 in turn; else it is the interrupt mask.
 */
final class Pic extends Device {
    private static final String EXPECTED = "icw_expected";
    private final String name;
    private final int command;
    private final int elcr;

    Pic(String name, int command, int elcr) {
        super(registers("imr", 0xff, "vector_base", 0, "icw3", 0, "icw4", 0, EXPECTED, 0, "elcr", 0));
        this.name = name;
        this.command = command;
        this.elcr = elcr;
    }

    @Override
    String name() {
        return name;
    }

    @Override
    boolean claims(int port) {
        return port == command || port == command + 1 || port == elcr;
    }

    @Override
    int in(int port) {
        if (port == elcr) {
            return get("elcr");
        }
        return port == command ? 0 : get("imr");
    }

    @Override
    void out(int port, int value) {
        if (port == elcr) {
            set("elcr", value);
        } else if (port == command) {
            if ((value & 0x10) != 0) {
                set(EXPECTED, 2);
                set("imr", 0);
            }
        } else {
            data(value);
        }
    }

    private void data(int value) {
        int expected = get(EXPECTED);
        switch (expected) {
            case 2 -> set("vector_base", value & 0xf8);
            case 3 -> set("icw3", value);
            case 4 -> set("icw4", value);
            default -> set("imr", value);
        }
        set(EXPECTED, expected == 0 || expected == 4 ? 0 : expected + 1);
    }
}
