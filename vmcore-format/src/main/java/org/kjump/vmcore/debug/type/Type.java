package org.kjump.vmcore.debug.type;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A type of C as debug data tell it; qualifiers and names given by typedef are seen through. What it refers to is read when it is asked
 * for. For use by the thread that reads the debug data.
 */
public sealed interface Type {
    /** {@code sizeof}, in bytes; 0 where there is none or it is not known. */
    long size();

    /** An arithmetic type. */
    record Scalar(String name, long size, Kind kind) implements Type {}

    /** What a {@link Scalar} counts. */
    enum Kind {
        /** Whole numbers, {@code _Bool} among them. */
        INTEGER,
        /** {@code char}, signed or not. */
        CHARACTER,
        /** Floating point and what else is no integer. */
        OTHER
    }

    /**
     * An enumeration.
     *
     * @param name its tag
     * @param values the constants by name
     */
    record Enumeration(String name, long size, Map<String, Long> values) implements Type {}

    /** A pointer; what it points to is read when it is asked for. */
    record Pointer(long size, Supplier<Type> target) implements Type {}

    /** @param count of elements; 0 for one whose length the type does not tell */
    record Array(Type element, long count) implements Type {
        @Override
        public long size() {
            return element.size() * count;
        }
    }

    /** A structure or a union. */
    record Struct(String name, long size, List<Member> members) implements Type {
        /** Structures in structures of hostile debug data may have no end. */
        private static final int DEPTH_MAX = 16;

        /** The member of that name, also if it is one of a member without a name. Offsets are from the start of this structure. */
        public Optional<Member> member(String name) {
            return member(name, DEPTH_MAX);
        }

        private Optional<Member> member(String name, int depth) {
            for (Member member : members) {
                if (member.name().equals(name)) {
                    return Optional.of(member);
                }
            }
            for (Member member : members) {
                if (depth > 0 && member.name().isEmpty() && member.type() instanceof Struct inner) {
                    Optional<Member> found = inner.member(name, depth - 1);
                    if (found.isPresent()) {
                        return found.map(it -> it.movedBy(member.offset()));
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** Void, a function, or a structure of which only the name is known. */
    record Opaque(String name) implements Type {
        @Override
        public long size() {
            return 0;
        }
    }
}
