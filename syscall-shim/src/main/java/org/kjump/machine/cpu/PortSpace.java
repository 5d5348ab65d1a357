package org.kjump.machine.cpu;

/** The 64 Ki I/O ports that {@code in} and {@code out} reach. Widths are 1, 2 or 4 bytes. */
public interface PortSpace {
    int in(int port, int width);

    void out(int port, int width, int value);
}
