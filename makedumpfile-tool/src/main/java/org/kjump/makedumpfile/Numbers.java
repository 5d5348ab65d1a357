package org.kjump.makedumpfile;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.kjump.makedumpfile.ExplainRequest.Place;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How numbers are written on the command line. The C tool takes junk for 0; here it is refused. */
final class Numbers {
    private static final int LEVELS_MAX = 32;

    private Numbers() {}

    /** Levels of {@code -d}, with commas between them. */
    record Levels(List<Integer> list) {
        static final Levels NONE = new Levels(List.of(0));
    }

    static final class LevelsConverter implements ITypeConverter<Levels> {
        @Override
        public Levels convert(String text) {
            String[] parts = text.split(",", -1);
            if (parts.length > LEVELS_MAX) {
                throw new TypeConversionException("Dump_level is invalid. At most %d levels are expected, not %d"
                        .formatted(LEVELS_MAX, parts.length));
            }
            return new Levels(Arrays.stream(parts)
                    .map(part -> within(part, 0, 31, "Dump_level(%s) is invalid."))
                    .toList());
        }
    }

    static final class MessageLevelConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return within(text, 0, 31, "Message_level(%s) is invalid.");
        }
    }

    static final class BlockOrderConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return within(text, 0, 20, "Block_order(%s) is invalid.");
        }
    }

    /** A count, of which 0 means "as it suits". */
    static final class CountConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return within(text, 0, Integer.MAX_VALUE, "'%s' is no number.");
        }
    }

    /** A count of at least 1. */
    static final class PositiveConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return within(text, 1, Integer.MAX_VALUE, "'%s' is no number.");
        }
    }

    private static int within(String text, int least, int most, String complaint) {
        if (text.matches("[0-9]{1,10}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return (int) value;
            }
        }
        throw new TypeConversionException(
                (complaint + " A number from %d to %d is expected").formatted(text, least, most));
    }

    /** Bytes, with a suffix for powers of 1024. */
    static final class SizeConverter implements ITypeConverter<Long> {
        private static final String SUFFIXES = "KMGTPE";

        @Override
        public Long convert(String text) {
            String number = text;
            int shift = 0;
            int suffix = text.isEmpty()
                    ? -1
                    : SUFFIXES.indexOf(text.substring(text.length() - 1).toUpperCase(Locale.ROOT));
            // An E behind 0x is a digit, as it is for strtoull.
            if (suffix >= 0 && !(text.startsWith("0x") && text.length() > 2 && suffix == SUFFIXES.indexOf('E'))) {
                number = text.substring(0, text.length() - 1);
                shift = 10 * (suffix + 1);
            }
            try {
                long value = unsigned(number);
                if (value > 0 && value <= Long.MAX_VALUE >> shift) {
                    return value << shift;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException(
                    "Limit size(%s) is invalid. A number of bytes above 0 is expected, K, M, G, T, P or E may follow"
                            .formatted(text));
        }
    }

    static final class AddressConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return address(text);
        }
    }

    /** {@code pfn:NUMBER}, {@code paddr:NUMBER}, or a number alone, which is a physical address. */
    static final class PlaceConverter implements ITypeConverter<Place> {
        @Override
        public Place convert(String text) {
            if (text.startsWith("pfn:")) {
                return new Place.Pfn(address(text.substring("pfn:".length())));
            }
            return new Place.Paddr(address(text.startsWith("paddr:") ? text.substring("paddr:".length()) : text));
        }
    }

    private static long address(String text) {
        try {
            return unsigned(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'%s' is no address: a number is expected, hexadecimal behind 0x".formatted(text));
        }
    }

    /** Decimal, hexadecimal behind 0x, octal behind 0: as {@code strtoull} with base 0 reads it, but without a sign. */
    private static long unsigned(String text) {
        if (text.startsWith("0x") || text.startsWith("0X")) {
            return digits(text.substring(2), 16);
        }
        return text.startsWith("0") && text.length() > 1 ? digits(text.substring(1), 8) : digits(text, 10);
    }

    private static long digits(String text, int radix) {
        if (text.startsWith("+")) {
            throw new NumberFormatException(text);
        }
        return Long.parseUnsignedLong(text, radix);
    }
}
