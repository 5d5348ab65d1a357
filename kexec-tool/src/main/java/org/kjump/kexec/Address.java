package org.kjump.kexec;

/** Physical addresses on the command line. */
final class Address {
    private static final long FOUR_GIB = 1L << 32;

    private Address() {}

    /** As strtoul with base 0 reads it: 0x hexadecimal, a leading 0 octal; nothing at all is 0. 32 bits, no sign. */
    static long parse(String option, String value) {
        if (value.isEmpty()) {
            return 0;
        }
        int radix = 10;
        String digits = value;
        String known = "[0-9]+";
        if (value.startsWith("0x") || value.startsWith("0X")) {
            radix = 16;
            digits = value.substring(2);
            known = "[0-9a-fA-F]+";
        } else if (value.startsWith("0")) {
            radix = 8;
            known = "[0-7]+";
        }
        boolean number = digits.matches(known);
        String significant = digits.replaceFirst("^0+(?=.)", "");
        if (!number || significant.length() > 16) {
            throw bad(option, value, number ? "more than 32 bits" : hint(value));
        }
        long address = significant.length() > 11 ? FOUR_GIB : Long.parseLong(significant, radix);
        if (address >= FOUR_GIB) {
            throw bad(option, value, "more than 32 bits");
        }
        return address;
    }

    private static String hint(String value) {
        return value.matches("[0-9a-fA-FxX]+[kKmMgG]")
                ? "bytes are expected, without K or M"
                : "a number is expected: 0x… hexadecimal, 0… octal, or decimal";
    }

    private static UsageException bad(String option, String value, String why) {
        return new UsageException(1, "Bad option value in --%s=%s (%s)".formatted(option, value, why));
    }
}
