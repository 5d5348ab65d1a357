package org.kjump.vmcore.debug;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;

/**
 * How a value of VMCOREINFO is found in symbols and types: see {@code names.txt}.
 *
 * @param words what the operation is about
 */
record Rule(Operation operation, List<String> words) {
    enum Operation {
        SYMBOL,
        SIZE,
        OFFSET,
        LENGTH,
        ENUM,
        BIT,
        TYPE,
        WITHOUT,
        ELEMENT
    }

    /** {@code PGTY_…} are in the topmost byte of a struct page's {@code page_type} (include/linux/page-flags.h of 6.12). */
    private static final int PAGE_TYPE_SHIFT = 24;

    /** @return empty if the kernel has no such thing */
    OptionalLong value(Symbols symbols, Types types) {
        return switch (operation) {
            case SYMBOL -> symbols.address(words.get(0));
            case SIZE -> known(named(types, words.get(0)).map(Type::size));
            case OFFSET -> known(member(types, words.get(0)).map(Member::offset));
            case LENGTH ->
                known(array(types, words.get(0)).map(Type.Array::count).filter(count -> count > 0));
            case ENUM -> enumerator(types, 0);
            case BIT -> map(enumerator(types, 0), number -> 1L << number);
            case TYPE -> map(enumerator(types, 0), number -> (int) number << PAGE_TYPE_SHIFT);
            case WITHOUT -> map(enumerator(types, 0), number -> ~(int) number);
            case ELEMENT -> element(symbols, types);
        };
    }

    private static OptionalLong known(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    private interface Operator {
        long apply(long value);
    }

    private static OptionalLong map(OptionalLong value, Operator operator) {
        return value.isPresent() ? OptionalLong.of(operator.apply(value.getAsLong())) : value;
    }

    private static Optional<Type> named(Types types, String name) {
        return types.struct(name).or(() -> types.typedef(name)).or(() -> types.enumeration(name));
    }

    /** A path of members, such as {@code page.lru.next}; its offset is from the outermost structure. */
    private static Optional<Member> member(Types types, String path) {
        String[] names = path.split("\\.");
        Type type = named(types, names[0]).orElse(new Type.Opaque(""));
        long offset = 0;
        Optional<Member> member = Optional.empty();
        for (int i = 1; i < names.length; i++) {
            String name = names[i];
            member = type instanceof Type.Struct struct ? struct.member(name) : Optional.empty();
            if (member.isEmpty()) {
                return member;
            }
            offset += member.get().offset();
            type = member.get().type();
        }
        long total = offset;
        return member.map(last -> new Member(last.name(), total, last.typeReader()));
    }

    private static Optional<Type.Array> array(Types types, String path) {
        Optional<Type> type = path.contains(".") ? member(types, path).map(Member::type) : types.variable(path);
        return type.filter(Type.Array.class::isInstance).map(Type.Array.class::cast);
    }

    /** The enumeration and its enumerator are the words from {@code first} on. */
    private OptionalLong enumerator(Types types, int first) {
        return known(types.enumeration(words.get(first))
                .filter(Type.Enumeration.class::isInstance)
                .map(Type.Enumeration.class::cast)
                .flatMap(type -> Optional.ofNullable(type.values().get(words.get(first + 1)))));
    }

    private OptionalLong element(Symbols symbols, Types types) {
        OptionalLong start = symbols.address(words.get(0));
        Optional<Type> type = named(types, words.get(1));
        OptionalLong index = enumerator(types, 2);
        return start.isPresent() && type.isPresent() && index.isPresent()
                ? OptionalLong.of(start.getAsLong() + type.get().size() * index.getAsLong())
                : OptionalLong.empty();
    }
}
