package org.kjump.machine.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * 16550 serial port at 0x3f8. With DLAB (LCR bit 7) the first two ports are the divisor latch. The FIFO control register
 * is write-only. What is sent goes to the console at once.
 */
final class Uart extends Device {
    private static final int BASE = 0x3f8;
    private static final int DLAB = 0x80;
    private @Nullable Appendable console;

    Uart() {
        super(registers("ier", 0, "fcr", 0, "lcr", 0, "mcr", 0, "scr", 0, "dll", 0, "dlm", 0));
    }

    void connect(Appendable line) {
        console = line;
    }

    @Override
    String name() {
        return "uart";
    }

    @Override
    boolean claims(int port) {
        return port >= BASE && port < BASE + 8;
    }

    private boolean latch() {
        return (get("lcr") & DLAB) != 0;
    }

    @Override
    int in(int port) {
        return switch (port - BASE) {
            case 0 -> latch() ? get("dll") : 0;
            case 1 -> latch() ? get("dlm") : get("ier");
            case 2 -> (get("fcr") & 1) != 0 ? 0xc1 : 0x01;
            case 3 -> get("lcr");
            case 4 -> get("mcr");
            case 5 -> 0x60; // transmitter empty
            case 6 -> 0xb0; // carrier, data set ready, clear to send
            default -> get("scr");
        };
    }

    @Override
    void out(int port, int value) {
        switch (port - BASE) {
            case 0 -> {
                if (latch()) {
                    set("dll", value);
                } else {
                    send((char) value);
                }
            }
            case 1 -> set(latch() ? "dlm" : "ier", value);
            case 2 -> set("fcr", value & 0xc9);
            case 3 -> set("lcr", value);
            case 4 -> set("mcr", value & 0x1f);
            case 7 -> set("scr", value);
            default -> {}
        }
    }

    private void send(char character) {
        if (console != null) {
            try {
                console.append(character);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
