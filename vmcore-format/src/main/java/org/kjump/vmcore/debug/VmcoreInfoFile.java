package org.kjump.vmcore.debug;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.io.ByteSource;

/**
 * A file with the text of VMCOREINFO, as {@code makedumpfile -g} writes it and {@code -i} reads it. What a person may have edited is
 * checked: the C tool refuses the same lines.
 */
final class VmcoreInfoFile {
    /** A kernel's own text has at most 4096 bytes. */
    private static final long SIZE_MAX = 1 << 20;

    private static final Pattern SYMBOL = Pattern.compile("SYMBOL\\(.*?\\)=");
    private static final Pattern NUMBER = Pattern.compile("(SIZE|OFFSET|LENGTH|NUMBER)\\(.*?\\)=");

    private VmcoreInfoFile() {}

    /** @throws VmcoreException if a line is damaged, or it lacks the lines that every kernel writes */
    static VmcoreInfo read(ByteSource file) {
        if (file.size() > SIZE_MAX) {
            throw new VmcoreException("%s: a VMCOREINFO text of at most %d bytes expected, %d found"
                    .formatted(file.name(), SIZE_MAX, file.size()));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        file.readFully(0, bytes);
        String text = StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
        for (String line : text.split("\n")) {
            check(file.name(), line);
        }
        VmcoreInfo info = VmcoreInfo.parse(file.name(), text);
        for (String key : new String[] {"OSRELEASE", "PAGESIZE"}) {
            if (!info.has(key)) {
                throw new VmcoreException("Invalid format in %s: it has no %s".formatted(file.name(), key));
            }
        }
        return info;
    }

    private static void check(String file, String line) {
        int equals = line.indexOf('=');
        String value = line.substring(equals + 1);
        boolean isGood = true;
        if (SYMBOL.matcher(line).lookingAt()) {
            isGood = isNumber(value, 16) && unsigned(value, 16) != 0 && unsigned(value, 16) != -1;
        } else if (NUMBER.matcher(line).lookingAt()) {
            isGood = isNumber(value, 10) || isNumber(value, 16);
        } else if (line.startsWith("PAGESIZE=")) {
            isGood = isNumber(value, 10) && Long.bitCount(unsigned(value, 10)) == 1;
        } else if (line.startsWith("CRASHTIME=")) {
            isGood = isNumber(value, 10) && unsigned(value, 10) != 0;
        }
        if (!isGood) {
            throw new VmcoreException("Invalid data in %s: %s".formatted(file, line.stripTrailing()));
        }
    }

    /** Java's numbers are C's, but for the prefix 0x of hexadecimal ones and a sign. */
    private static boolean isNumber(String value, int radix) {
        try {
            unsigned(value, radix);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long unsigned(String value, int radix) {
        if (radix == 10) {
            return Long.parseLong(value);
        }
        return Long.parseUnsignedLong(value.startsWith("0x") ? value.substring(2) : value, radix);
    }
}
