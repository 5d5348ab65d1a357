package org.kjump.vmcore.erase;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;

/** What a loop goes through: the elements of an array, of a chain of pointers, or of a {@code list_head}. */
record Elements(Located.Finder finder) {
    private static final int ELEMENTS_MAX = 1 << 20;

    List<Located> of(Command.Loop loop) throws ConfigException {
        Command.Elements kind = loop.elements();
        Optional<Located> start = finder.find(kind.path(), Map.of(), loop.line());
        if (start.isEmpty()) {
            return List.of();
        }
        if (kind instanceof Command.Elements.Via via) {
            return chain(start.get(), via.member(), loop.line());
        }
        if (kind instanceof Command.Elements.Within within) {
            return list(start.get(), within, loop.line());
        }
        return array(start.get(), loop);
    }

    private static List<Located> array(Located array, Command.Loop loop) throws ConfigException {
        if (!(array.type() instanceof Type.Array type)) {
            throw new ConfigException(
                    loop.line(), "'%s' is no array.".formatted(loop.elements().path()));
        }
        if (type.count() > ELEMENTS_MAX) {
            throw tooMany(loop.line());
        }
        List<Located> elements = new ArrayList<>();
        for (long i = 0; i < type.count(); i++) {
            elements.add(new Located(
                    type.element(), array.address() + i * type.element().size()));
        }
        return elements;
    }

    private static ConfigException tooMany(int line) {
        return new ConfigException(line, "more than %d elements.".formatted(ELEMENTS_MAX));
    }

    /** @throws ConfigException if the chain of elements was at {@code address} before, so that it has no end */
    private static void next(Set<Long> seen, long address, int line) throws ConfigException {
        if (!seen.add(address)) {
            throw new ConfigException(line, "a circle that does not lead back to its start: %x.".formatted(address));
        }
        if (seen.size() > ELEMENTS_MAX) {
            throw tooMany(line);
        }
    }

    /** Ends at NULL, or where it began. */
    private List<Located> chain(Located start, String member, int line) throws ConfigException {
        List<Located> elements = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        Optional<Located> next = finder.followed(start);
        while (next.isPresent()) {
            Located element = next.get();
            if (!elements.isEmpty() && element.address() == elements.get(0).address()) {
                break;
            }
            next(seen, element.address(), line);
            elements.add(element);
            next = finder.followed(Located.Finder.member(element, member, line));
        }
        return elements;
    }

    /** Ends where the head returns. */
    private List<Located> list(Located start, Command.Elements.Within within, int line) throws ConfigException {
        Optional<Type> struct = finder.vmlinux().types().struct(within.struct());
        Optional<Member> link = struct.filter(Type.Struct.class::isInstance)
                .map(Type.Struct.class::cast)
                .flatMap(type -> type.member(within.member()));
        if (struct.isEmpty() || link.isEmpty()) {
            throw new ConfigException(line, "Can't find '%s:%s'.".formatted(within.struct(), within.member()));
        }
        Optional<Located> head = finder.followed(start);
        if (head.isEmpty()) {
            return List.of();
        }
        List<Located> elements = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        long first = Located.Finder.member(head.get(), "next", line).address();
        long node = finder.pointer(first);
        while (node != 0 && node != head.get().address()) {
            next(seen, node, line);
            elements.add(new Located(struct.get(), node - link.get().offset()));
            node = finder.pointer(node + first - head.get().address());
        }
        return elements;
    }
}
