package org.kjump.linux.boot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kjump.linux.view.KernelPanic;
import org.kjump.machine.E820Entry;

/** What a command line changes in the memory map: {@code mem=}, {@code memmap=exactmap}, {@code memmap=size@start}. */
final class MemoryParameters {
    private MemoryParameters() {}

    /** arch/x86/kernel/e820.c, parse_memopt and parse_memmap_opt, in the order of the words. */
    static List<E820Entry> apply(List<E820Entry> map, String commandLine) {
        List<E820Entry> result = new ArrayList<>(map);
        for (String word : commandLine.split(" ")) {
            if (word.equals("memmap=exactmap")) {
                result.clear();
            } else if (word.startsWith("memmap=")) {
                result.add(range(word.substring("memmap=".length())));
            } else if (word.startsWith("mem=")) {
                long end = size(word.substring("mem=".length()));
                result = new ArrayList<>(result.stream()
                        .filter(entry -> entry.type() != E820Entry.Type.RAM || entry.start() < end)
                        .map(entry -> entry.type() == E820Entry.Type.RAM
                                ? new E820Entry(entry.start(), Math.min(entry.end(), end), entry.type())
                                : entry)
                        .toList());
            }
        }
        result.sort(Comparator.comparingLong(E820Entry::start));
        return result;
    }

    private static E820Entry range(String text) {
        for (char separator : new char[] {'@', '#', '$'}) {
            int at = text.indexOf(separator);
            if (at > 0) {
                long start = size(text.substring(at + 1));
                E820Entry.Type type = switch (separator) {
                    case '@' -> E820Entry.Type.RAM;
                    case '#' -> E820Entry.Type.ACPI;
                    default -> E820Entry.Type.RESERVED;
                };
                return new E820Entry(start, start + size(text.substring(0, at)), type);
            }
        }
        throw new KernelPanic("Invalid user supplied memory map: " + text);
    }

    /** A number as memparse reads it: decimal, 0x…, with K, M or G. */
    static long size(String text) {
        int shift = switch (text.isEmpty() ? ' ' : Character.toUpperCase(text.charAt(text.length() - 1))) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        try {
            return Long.decode(shift == 0 ? text : text.substring(0, text.length() - 1)) << shift;
        } catch (NumberFormatException e) {
            throw new KernelPanic("not a size: '" + text + "'");
        }
    }
}
