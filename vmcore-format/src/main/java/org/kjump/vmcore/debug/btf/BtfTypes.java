package org.kjump.vmcore.debug.btf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;

/** The types of a kernel's BTF, in either byte order (Documentation/bpf/btf.rst of 6.12). Not thread-safe. */
public final class BtfTypes implements Types {
    private static final int DEPTH_MAX = 64;
    private static final Type VOID = new Type.Opaque("void");
    private static final int INT_CHAR = 2;

    private final BtfRecords records;
    private final int pointerBytes;
    private final Map<BtfKind, Map<String, Integer>> names = new HashMap<>();

    /**
     * @param name for messages
     * @param bytes from the header on, with the byte order of the machine; must not change from now on
     * @param pointerBytes 4 or 8, which BTF does not tell
     * @throws VmcoreException if it is no BTF, or damaged
     */
    public BtfTypes(String name, ByteBuffer bytes, int pointerBytes) {
        this.records = new BtfRecords(name, bytes);
        this.pointerBytes = pointerBytes;
        for (int id = 1; id <= records.count(); id++) {
            BtfKind kind = records.kind(id);
            if (kind.isAskedByName()) {
                names.computeIfAbsent(kind, key -> new HashMap<>()).putIfAbsent(records.name(id), id);
            }
        }
    }

    private Optional<Type> named(String name, BtfKind... kinds) {
        for (BtfKind kind : kinds) {
            Integer id = names.getOrDefault(kind, Map.of()).get(name);
            if (id != null) {
                return Optional.of(type(id, DEPTH_MAX));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Type> struct(String tag) {
        return named(tag, BtfKind.STRUCT, BtfKind.UNION);
    }

    @Override
    public Optional<Type> typedef(String name) {
        return named(name, BtfKind.TYPEDEF);
    }

    @Override
    public Optional<Type> enumeration(String tag) {
        return named(tag, BtfKind.ENUM, BtfKind.ENUM64);
    }

    @Override
    public Optional<Type> variable(String name) {
        return named(name, BtfKind.VAR);
    }

    private Type type(int id, int depth) {
        if (id == 0) {
            return VOID;
        }
        if (depth == 0) {
            throw records.bad(id, "a type that needs at most " + DEPTH_MAX + " others");
        }
        return switch (records.kind(id)) {
            case INT -> scalar(id, (records.word(id, 0) >> 24 & INT_CHAR) != 0);
            case FLOAT -> new Type.Scalar(records.name(id), records.size(id), Type.Kind.OTHER);
            case PTR -> new Type.Pointer(pointerBytes, () -> type(records.reference(id), DEPTH_MAX));
            case ARRAY -> new Type.Array(type(records.word(id, 0), depth - 1), records.word(id, 2) & 0xffffffffL);
            case STRUCT, UNION -> struct(id);
            case ENUM, ENUM64 -> enumeration(id);
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG, VAR -> type(records.reference(id), depth - 1);
            case FWD -> struct(records.name(id)).orElseGet(() -> new Type.Opaque(records.name(id)));
            case VOID, FUNC, FUNC_PROTO, DATASEC, DECL_TAG -> new Type.Opaque(records.name(id));
        };
    }

    /** Compilers do not mark {@code char} in BTF, for which pahole writes the plain name. */
    private Type scalar(int id, boolean isCharacter) {
        String name = records.name(id);
        boolean named = name.equals("char") || name.equals("unsigned char") || name.equals("signed char");
        Type.Kind kind = isCharacter || named ? Type.Kind.CHARACTER : Type.Kind.INTEGER;
        return new Type.Scalar(name, records.size(id), kind);
    }

    /** With bit 31 of the record's info set, an offset has the width of a bit field in its upper 8 bits. */
    private Type struct(int id) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < records.elements(id); i++) {
            int type = records.word(id, 3 * i + 1);
            long bits = records.word(id, 3 * i + 2) & (records.flag(id) ? 0xffffffL : 0xffffffffL);
            members.add(new Member(records.text(records.word(id, 3 * i)), bits / 8, () -> type(type, DEPTH_MAX)));
        }
        return new Type.Struct(records.name(id), records.size(id), List.copyOf(members));
    }

    private Type enumeration(int id) {
        Map<String, Long> values = new LinkedHashMap<>();
        int words = records.kind(id) == BtfKind.ENUM ? 2 : 3;
        for (int i = 0; i < records.elements(id); i++) {
            int low = records.word(id, words * i + 1);
            long value = words == 3 ? (long) records.word(id, words * i + 2) << 32 | low & 0xffffffffL : low;
            values.putIfAbsent(records.text(records.word(id, words * i)), value);
        }
        return new Type.Enumeration(records.name(id), records.size(id), values);
    }
}
