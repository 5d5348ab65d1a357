package org.kjump.vmcore.debug;

import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;

/** Asks for the types of {@code src/test/resources/debug/kernel.c} and whatever they lead to, where debug data may be damaged. */
public final class TypeWalk {
    private static final String[] STRUCTS = {
        "page", "zone", "list_head", "mem_section", "only_declared_here", "secret", "item", "indexed"
    };

    private TypeWalk() {}

    /** @throws org.kjump.vmcore.VmcoreException if the types are damaged */
    public static void of(Types types) {
        for (String name : STRUCTS) {
            types.struct(name).ifPresent(type -> walk(type, 6));
        }
        for (String name : new String[] {"sections", "some_zone", "chain", "pointers", "counter"}) {
            types.variable(name).ifPresent(type -> walk(type, 6));
        }
    }

    private static void walk(Type type, int depth) {
        if (depth == 0) {
            return;
        }
        type.size();
        if (type instanceof Type.Struct struct) {
            for (Member member : struct.members()) {
                walk(member.type(), depth - 1);
            }
            struct.member("no such member");
        } else if (type instanceof Type.Pointer pointer) {
            walk(pointer.target().get(), depth - 1);
        } else if (type instanceof Type.Array array) {
            walk(array.element(), depth - 1);
        }
    }
}
