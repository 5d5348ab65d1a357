package org.kjump.vmcore.debug.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;
import org.kjump.vmcore.elf.ElfSections;

/**
 * The types in the DWARF of an ELF file, versions 2 to 5, 32 and 64 bit, in either byte order. Names are found in one pass over the file
 * when this is made; a type is read from the file when it is asked for. Not thread-safe.
 */
public final class DwarfTypes implements Types {
    /** Arrays of arrays, qualifiers and typedefs of each other: hostile ones may have no end. */
    private static final int DEPTH_MAX = 64;

    private static final Type VOID = new Type.Opaque("void");

    /** Types that are read again and again, as lists are followed. */
    private static final int KEPT_MAX = 1024;

    private final DebugInfo info;
    private final DwarfIndex index;
    /** By the offsets of their entries. */
    private final Map<Long, Type> kept = new HashMap<>();

    private DwarfTypes(DebugInfo info) {
        this.info = info;
        this.index = new DwarfIndex(info);
    }

    /**
     * @param elf whose file must stay open while types are asked for
     * @return empty if the file has no debug data
     * @throws VmcoreException if they are damaged
     */
    public static Optional<Types> of(ElfSections elf) {
        return DebugInfo.of(elf).map(DwarfTypes::new);
    }

    @Override
    public Optional<Type> struct(String tag) {
        return index.struct(tag).map(this::type);
    }

    @Override
    public Optional<Type> typedef(String name) {
        return index.typedef(name).map(this::type);
    }

    @Override
    public Optional<Type> enumeration(String tag) {
        return index.enumeration(tag).map(this::type);
    }

    @Override
    public Optional<Type> variable(String name) {
        return index.variable(name).map(offset -> {
            Die variable = die(offset);
            OptionalLong specification = variable.number(Dw.AT_SPECIFICATION);
            return variable.number(Dw.AT_TYPE).isEmpty() && specification.isPresent()
                    ? typeOf(die(specification.getAsLong()), DEPTH_MAX)
                    : typeOf(variable, DEPTH_MAX);
        });
    }

    private Die die(long offset) {
        Unit unit = index.unit(offset);
        return info.die(unit, info.cursor(offset, unit.end()))
                .orElseThrow(() -> new VmcoreException(
                        "%s: an entry at 0x%x expected, none found".formatted(info.name(), offset)));
    }

    private Type type(long offset) {
        return type(die(offset), DEPTH_MAX);
    }

    /** The type that {@code die} refers to. */
    private Type typeOf(Die die, int depth) {
        Optional<Long> reference = reference(die, Dw.AT_TYPE);
        if (reference.isEmpty()) {
            return VOID;
        }
        if (depth == 0) {
            throw new VmcoreException("%s: entry at 0x%x: a type that needs more than %d others"
                    .formatted(info.name(), die.offset(), DEPTH_MAX));
        }
        return type(die(reference.get()), depth - 1);
    }

    /** Where the type is that {@code die} refers to, by its place or by the signature of a type unit. */
    private Optional<Long> reference(Die die, int attribute) {
        OptionalLong place = die.number(attribute);
        OptionalLong signature = die.number(Dw.AT_SIGNATURE);
        return place.isPresent()
                ? Optional.of(place.getAsLong())
                : signature.isPresent() ? index.signature(signature.getAsLong()) : Optional.empty();
    }

    private Type type(Die die, int depth) {
        Type known = kept.get(die.offset());
        if (known != null) {
            return known;
        }
        Type type = read(die, depth);
        if (kept.size() == KEPT_MAX) {
            kept.clear();
        }
        kept.put(die.offset(), type);
        return type;
    }

    private Type read(Die die, int depth) {
        return switch (die.tag()) {
            case Dw.TAG_BASE_TYPE -> scalar(die);
            case Dw.TAG_ENUMERATION_TYPE -> enumeration(die);
            case Dw.TAG_POINTER_TYPE ->
                new Type.Pointer(
                        die.number(Dw.AT_BYTE_SIZE).orElse(die.unit().addressBytes()), () -> typeOf(die, DEPTH_MAX));
            case Dw.TAG_ARRAY_TYPE -> array(die, depth);
            case Dw.TAG_STRUCTURE_TYPE, Dw.TAG_UNION_TYPE -> struct(die);
            case Dw.TAG_TYPEDEF, Dw.TAG_CONST_TYPE, Dw.TAG_VOLATILE_TYPE, Dw.TAG_RESTRICT_TYPE, Dw.TAG_ATOMIC_TYPE ->
                typeOf(die, depth);
            default -> new Type.Opaque(die.name());
        };
    }

    private static Type scalar(Die die) {
        Type.Kind kind = switch ((int) die.number(Dw.AT_ENCODING).orElse(0)) {
            case Dw.ATE_SIGNED_CHAR, Dw.ATE_UNSIGNED_CHAR -> Type.Kind.CHARACTER;
            case Dw.ATE_BOOLEAN, Dw.ATE_SIGNED, Dw.ATE_UNSIGNED -> Type.Kind.INTEGER;
            default -> Type.Kind.OTHER;
        };
        return new Type.Scalar(die.name(), die.number(Dw.AT_BYTE_SIZE).orElse(0), kind);
    }

    private Type enumeration(Die die) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (Die child : info.children(die)) {
            child.number(Dw.AT_CONST_VALUE).ifPresent(value -> values.putIfAbsent(child.name(), value));
        }
        return new Type.Enumeration(die.name(), die.number(Dw.AT_BYTE_SIZE).orElse(0), values);
    }

    /** An array of several dimensions is one of arrays, the last dimension innermost. */
    private Type array(Die die, int depth) {
        List<Long> counts = new ArrayList<>();
        for (Die child : info.children(die)) {
            if (child.tag() == Dw.TAG_SUBRANGE_TYPE) {
                counts.add(count(child));
            }
        }
        Type type = typeOf(die, depth);
        for (int i = counts.size() - 1; i >= 0; i--) {
            type = new Type.Array(type, counts.get(i));
        }
        return type;
    }

    /** Compilers say of an array without a length that its last index is -1, or none at all. */
    private static long count(Die subrange) {
        OptionalLong count = subrange.number(Dw.AT_COUNT);
        if (count.isPresent()) {
            return Math.max(0, count.getAsLong());
        }
        long last = subrange.number(Dw.AT_UPPER_BOUND).orElse(-1);
        return last < 0 || last == 0xffffffffL ? 0 : last + 1;
    }

    private Type struct(Die die) {
        if (die.number(Dw.AT_DECLARATION).orElse(0) != 0) {
            Optional<Long> definition = reference(die, Dw.AT_SIGNATURE).or(() -> index.struct(die.name()));
            return definition
                    .map(this::die)
                    .filter(found -> found.number(Dw.AT_DECLARATION).isEmpty())
                    .map(this::struct)
                    .orElseGet(() -> new Type.Opaque(die.name()));
        }
        List<Member> members = new ArrayList<>();
        for (Die child : info.children(die)) {
            if (child.tag() == Dw.TAG_MEMBER) {
                long offset = child.number(Dw.AT_DATA_MEMBER_LOCATION)
                        .orElse(child.number(Dw.AT_DATA_BIT_OFFSET).orElse(0) / 8);
                members.add(new Member(child.name(), offset, () -> typeOf(child, DEPTH_MAX)));
            }
        }
        return new Type.Struct(die.name(), die.number(Dw.AT_BYTE_SIZE).orElse(0), List.copyOf(members));
    }
}
