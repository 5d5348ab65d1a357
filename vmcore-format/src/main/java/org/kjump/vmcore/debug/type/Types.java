package org.kjump.vmcore.debug.type;

import java.util.Optional;

/** The types that debug data of a kernel tell by name. Not thread-safe. */
public interface Types {
    /** {@code struct tag} or {@code union tag}. */
    Optional<Type> struct(String tag);

    /** What {@code name} stands for, by a typedef. */
    Optional<Type> typedef(String name);

    /** {@code enum tag}. */
    Optional<Type> enumeration(String tag);

    /** The type of a variable outside of functions. */
    Optional<Type> variable(String name);
}
