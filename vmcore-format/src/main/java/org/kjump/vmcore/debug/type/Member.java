package org.kjump.vmcore.debug.type;

import java.util.function.Supplier;

/**
 * A member of a structure or a union.
 *
 * @param name empty for a structure or union whose members count as the outer one's
 * @param offset in bytes; of a bit field that of the byte where it starts
 * @param typeReader reads the type from the debug data, by the thread that reads them
 */
public record Member(String name, long offset, Supplier<Type> typeReader) {
    /**
     * The member's type.
     *
     * @throws org.kjump.vmcore.VmcoreException if the debug data are damaged there
     */
    public Type type() {
        return typeReader.get();
    }

    Member movedBy(long bytes) {
        return new Member(name, offset + bytes, typeReader);
    }
}
