package org.kjump.kexec;

/** Where the purgatory says that an image is damaged: {@code --serial} and {@code --serial-baud}. */
final class SerialPort {
    /** ttyS0 of a PC. */
    static final int DEFAULT = 0x3f8;

    private static final int SECOND = 0x2f8;
    private static final int CLOCK = 115200;
    private static final int SLOWEST = 9600;

    private SerialPort() {}

    static int port(String name) {
        if (name.equals("ttyS0")) {
            return DEFAULT;
        }
        if (name.equals("ttyS1")) {
            return SECOND;
        }
        if (name.matches("0[xX][0-9a-fA-F]{1,4}")) {
            return Integer.parseInt(name.substring(2), 16);
        }
        throw new UsageException(255, "Bad serial port base '%s' (ttyS0, ttyS1 or 0x… below 0x10000)".formatted(name));
    }

    /** The purgatory leaves the line as it finds it; the number is only checked. */
    static void requireBaud(String value) {
        boolean known = value.matches("[0-9]{1,6}")
                && Integer.parseInt(value) >= SLOWEST
                && Integer.parseInt(value) <= CLOCK
                && CLOCK % Integer.parseInt(value) == 0;
        if (!known) {
            throw new UsageException(
                    255, "Bad serial port baud rate '%s' (9600 to 115200, dividing 115200)".formatted(value));
        }
    }
}
