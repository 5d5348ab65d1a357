package org.kjump.vmcore.erase;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.erase.Command.Path;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * An object in a kernel's memory.
 *
 * @param address virtual
 */
record Located(Type type, long address) {
    private static final int POINTERS_MAX = 8;

    /** Finds objects by their names. */
    record Finder(KernelMemory kernel, Vmlinux vmlinux) {
        /**
         * The object that a path names; pointers on the way are followed.
         *
         * @param variables of loops
         * @return empty if a pointer on the way is NULL
         */
        Optional<Located> find(Path path, Map<String, Located> variables, int line) throws ConfigException {
            String first = path.names().get(0);
            Located variable = variables.get(first);
            Optional<Located> at = Optional.of(variable != null ? variable : symbol(first, line));
            for (String name : path.names().subList(1, path.names().size())) {
                at = at.isEmpty() ? at : followed(at.get());
                if (at.isEmpty()) {
                    return at;
                }
                at = Optional.of(member(at.get(), name, line));
            }
            return at;
        }

        private Located symbol(String name, int line) throws ConfigException {
            OptionalLong address = vmlinux.address(name);
            Optional<Type> type = vmlinux.types().variable(name);
            if (address.isEmpty() || type.isEmpty()) {
                throw new ConfigException(line, "Can't find symbol '%s'.".formatted(name));
            }
            // On 64-bit machines the kernel is in the upper half; symbols of per-CPU variables are small, and do not
            // move.
            boolean moves = kernel.image().target().wordBytes() == 4 || address.getAsLong() < 0;
            long offset = moves ? kernel.info().kernelOffset() : 0;
            return new Located(type.get(), address.getAsLong() + offset);
        }

        static Located member(Located outer, String name, int line) throws ConfigException {
            Optional<Member> member = outer.type instanceof Type.Struct struct ? struct.member(name) : Optional.empty();
            if (member.isEmpty()) {
                throw new ConfigException(line, "Can't find member '%s'.".formatted(name));
            }
            return new Located(member.get().type(), outer.address + member.get().offset());
        }

        long pointer(long address) {
            return kernel.unsigned(address, kernel.image().target().wordBytes());
        }

        /** What a pointer leads to, through others if it must be; what is no pointer is itself. Empty behind NULL. */
        Optional<Located> followed(Located object) {
            Located at = object;
            for (int i = 0; i < POINTERS_MAX && at.type instanceof Type.Pointer type; i++) {
                long target = pointer(at.address);
                if (target == 0) {
                    return Optional.empty();
                }
                at = new Located(type.target().get(), target);
            }
            return Optional.of(at);
        }
    }
}
