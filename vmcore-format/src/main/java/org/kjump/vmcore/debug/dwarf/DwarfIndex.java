package org.kjump.vmcore.debug.dwarf;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.layout.Cursor;

/**
 * Where in {@code .debug_info} the types and variables are that have names. It is made in one pass over the section and keeps names and
 * offsets alone; of several entries with one name, as each unit has its own, the first complete one counts. Immutable.
 */
final class DwarfIndex {
    /** A kernel has some hundred thousand names in some ten thousand units. */
    private static final int NAMES_MAX = 1 << 20;

    private final DebugInfo info;
    private final NavigableMap<Long, Unit> units = new TreeMap<>();
    private final Map<Long, Long> signatures = new HashMap<>();
    private final Map<String, Long> structs = new HashMap<>();
    private final Map<String, Long> typedefs = new HashMap<>();
    private final Map<String, Long> enumerations = new HashMap<>();
    private final Map<String, Long> variables = new HashMap<>();
    private final Map<String, Long> declaredVariables = new HashMap<>();

    DwarfIndex(DebugInfo info) {
        this.info = info;
        for (long at = 0; at < info.size(); ) {
            Cursor cursor = info.cursor(at, info.size());
            Unit unit = Unit.at(info.name(), cursor);
            if (unit.dies() < unit.end()) {
                unit = new Pass(unit).run();
            }
            unit.type().ifPresent(type -> signatures.putIfAbsent(type.signature(), type.offset()));
            units.put(unit.start(), unit);
            check(units);
            at = unit.end();
        }
    }

    private void check(Map<?, ?> names) {
        if (names.size() > NAMES_MAX) {
            throw new VmcoreException("%s: more than %d names or units".formatted(info.name(), NAMES_MAX));
        }
    }

    /** The unit that has the entry at {@code offset}. */
    Unit unit(long offset) {
        Map.Entry<Long, Unit> found = units.floorEntry(offset);
        if (found == null
                || offset < found.getValue().dies()
                || offset >= found.getValue().end()) {
            throw new VmcoreException("%s: no unit has an entry at 0x%x".formatted(info.name(), offset));
        }
        return found.getValue();
    }

    /** The type that a type unit defines. */
    Optional<Long> signature(long signature) {
        return Optional.ofNullable(signatures.get(signature));
    }

    Optional<Long> struct(String tag) {
        return Optional.ofNullable(structs.get(tag));
    }

    Optional<Long> typedef(String name) {
        return Optional.ofNullable(typedefs.get(name));
    }

    Optional<Long> enumeration(String tag) {
        return Optional.ofNullable(enumerations.get(tag));
    }

    /** Where it is defined, or else where it is declared: a declaration need not tell the length of an array. */
    Optional<Long> variable(String name) {
        return Optional.ofNullable(variables.getOrDefault(name, declaredVariables.get(name)));
    }

    /** What one unit adds: its entries below the first that are not inside of others. */
    private final class Pass {
        private final Cursor cursor;
        private final Map<Long, Abbreviation> abbreviations;
        private final Map<Long, String> declarations = new HashMap<>();
        private Unit unit;
        private FormReader forms;

        Pass(Unit unit) {
            this.unit = unit;
            this.cursor = info.cursor(unit.dies(), unit.end());
            this.abbreviations = info.abbreviations(unit);
            this.forms = info.forms(unit, cursor);
        }

        /** @return the unit with what its first entry says of it */
        Unit run() {
            int depth = 0;
            do {
                long offset = cursor.at();
                long code = cursor.uleb();
                if (code == 0) {
                    depth--;
                    continue;
                }
                Abbreviation abbreviation = DebugInfo.abbreviation(abbreviations, code, unit, offset);
                long sibling = depth == 1 ? entry(abbreviation, offset) : passOver(abbreviation);
                if (abbreviation.children() == Abbreviation.Children.NO) {
                    continue;
                }
                if (depth > 0 && sibling > cursor.at() && sibling <= unit.end()) {
                    cursor.seek(sibling);
                } else {
                    depth++;
                }
            } while (depth > 0 && cursor.remaining() > 0);
            return unit;
        }

        private long passOver(Abbreviation abbreviation) {
            long sibling = 0;
            for (Abbreviation.Attribute attribute : abbreviation.attributes()) {
                long number = forms.number(attribute);
                if (attribute.name() == Dw.AT_SIBLING) {
                    sibling = number;
                } else if (attribute.name() == Dw.AT_STR_OFFSETS_BASE && number != FormReader.NO_NUMBER) {
                    unit = unit.withStringOffsets(number);
                    forms = info.forms(unit, cursor);
                }
            }
            return sibling;
        }

        /** Keeps the entry's place, if it has a name to be asked for. */
        private long entry(Abbreviation abbreviation, long offset) {
            if (!isNamed(abbreviation.tag())) {
                return passOver(abbreviation);
            }
            long sibling = 0;
            long specification = 0;
            boolean isDeclaration = false;
            Optional<String> name = Optional.empty();
            for (Abbreviation.Attribute attribute : abbreviation.attributes()) {
                switch (attribute.name()) {
                    case Dw.AT_NAME -> name = forms.text(attribute);
                    case Dw.AT_DECLARATION -> isDeclaration = forms.number(attribute) != 0;
                    case Dw.AT_SPECIFICATION -> specification = forms.number(attribute);
                    case Dw.AT_SIBLING -> sibling = forms.number(attribute);
                    default -> forms.number(attribute);
                }
            }
            if (abbreviation.tag() == Dw.TAG_VARIABLE) {
                variable(name, offset, isDeclaration, specification);
            } else if (name.isPresent() && !isDeclaration) {
                keep(names(abbreviation.tag()), name.get(), offset);
            }
            return sibling;
        }

        private static boolean isNamed(int tag) {
            return switch (tag) {
                case Dw.TAG_STRUCTURE_TYPE,
                        Dw.TAG_UNION_TYPE,
                        Dw.TAG_TYPEDEF,
                        Dw.TAG_ENUMERATION_TYPE,
                        Dw.TAG_VARIABLE -> true;
                default -> false;
            };
        }

        private Map<String, Long> names(int tag) {
            return switch (tag) {
                case Dw.TAG_TYPEDEF -> typedefs;
                case Dw.TAG_ENUMERATION_TYPE -> enumerations;
                default -> structs;
            };
        }

        /** The definition of a variable that was declared before has no name; it refers to the declaration. */
        private void variable(Optional<String> name, long offset, boolean isDeclaration, long specification) {
            if (isDeclaration) {
                name.ifPresent(it -> declarations.put(offset, it));
                name.ifPresent(it -> keep(declaredVariables, it, offset));
            } else {
                name.or(() -> Optional.ofNullable(declarations.get(specification)))
                        .ifPresent(it -> keep(variables, it, offset));
            }
        }

        private void keep(Map<String, Long> names, String name, long offset) {
            names.putIfAbsent(name, offset);
            check(names);
        }
    }
}
