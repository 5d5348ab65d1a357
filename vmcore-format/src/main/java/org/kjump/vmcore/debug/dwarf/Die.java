package org.kjump.vmcore.debug.dwarf;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A debugging information entry.
 *
 * @param offset in {@code .debug_info}
 * @param name empty if it has none
 * @param numbers the other attributes that are numbers, by attribute
 * @param next offset behind its attributes: of its first child, if it has children
 */
record Die(
        Unit unit,
        long offset,
        int tag,
        Abbreviation.Children children,
        String name,
        Map<Integer, Long> numbers,
        long next) {
    OptionalLong number(int attribute) {
        Long value = numbers.get(attribute);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
