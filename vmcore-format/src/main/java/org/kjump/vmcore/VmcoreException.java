package org.kjump.vmcore;

import java.util.HexFormat;

/**
 * A dump, or the kernel memory in it, is not what it has to be: damaged, cut, foreign, or unreadable.
 *
 * <p>The only exception that damaged input leads to, whatever is damaged. The message is one line that names the file, the place in it, what was expected and what was found. Names and texts of the dump are
 * quoted in it: their control characters, which might end the line or steer a terminal, are shown as {@code \xHH}.
 */
public class VmcoreException extends RuntimeException {
    /** @param message one line: file, place, expected, found */
    public VmcoreException(String message) {
        super(oneLine(message));
    }

    /** @param message one line: file, place, expected, found */
    public VmcoreException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        if (message.chars().noneMatch(Character::isISOControl)) {
            return message;
        }
        StringBuilder line = new StringBuilder();
        message.chars().forEach(character -> {
            if (Character.isISOControl(character)) {
                HexFormat.of().toHexDigits(line.append("\\x"), (byte) character);
            } else {
                line.append((char) character);
            }
        });
        return line.toString();
    }
}
