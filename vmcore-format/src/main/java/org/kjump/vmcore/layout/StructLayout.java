package org.kjump.vmcore.layout;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The layout of a C structure as a value: name, size, and the members that somebody reads.
 *
 * <p>Layouts of file formats are constants; those of kernel structures are made at run time, from VMCOREINFO or from the
 * profile of a kernel version. Immutable.
 */
public final class StructLayout {
    private final String name;
    private final int size;
    private final Map<String, Field> fields;

    private StructLayout(String name, int size, Map<String, Field> fields) {
        this.name = name;
        this.size = size;
        this.fields = fields;
    }

    /** Begins a layout. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** The structure's tag. */
    public String name() {
        return name;
    }

    /** {@code sizeof} the structure. */
    public int size() {
        return size;
    }

    /** The members in the order in which they were told. */
    public Collection<Field> fields() {
        return fields.values();
    }

    /** @throws IllegalArgumentException if the layout has no such member: a defect of the program */
    public Field field(String member) {
        return find(member).orElseThrow(() -> new IllegalArgumentException("no member " + member + " in " + name));
    }

    /** The member, if the layout has one of that name. */
    public Optional<Field> find(String member) {
        return Optional.ofNullable(fields.get(member));
    }

    /** The structure at {@code address}. */
    public Struct at(Memory memory, long address) {
        return new Struct(this, memory, address);
    }

    /** Collects members; {@link #size(int)} checks them and ends the work. */
    public static final class Builder {
        private final String name;
        private final Map<String, Field> fields = new LinkedHashMap<>();

        private Builder(String name) {
            this.name = name;
        }

        /** An integer of 1 byte, {@code offset} bytes from the start. */
        public Builder u8(String member, int offset) {
            return bytes(member, offset, 1);
        }

        /** An integer of 2 bytes, {@code offset} bytes from the start. */
        public Builder u16(String member, int offset) {
            return bytes(member, offset, 2);
        }

        /** An integer of 4 bytes, {@code offset} bytes from the start. */
        public Builder u32(String member, int offset) {
            return bytes(member, offset, 4);
        }

        /** An integer of 8 bytes, {@code offset} bytes from the start. */
        public Builder u64(String member, int offset) {
            return bytes(member, offset, 8);
        }

        /** A member that is an array or a structure of its own. Unions are told by members at the same offset. */
        public Builder bytes(String member, int offset, int length) {
            if (fields.put(member, new Field(member, offset, length)) != null) {
                throw new IllegalArgumentException("two members " + member + " in " + name);
            }
            return this;
        }

        /**
         * @param size of the whole structure in bytes
         * @throws IllegalArgumentException if a member reaches beyond it, or members overlap without having the same
         *     offset
         */
        public StructLayout size(int size) {
            for (Field field : fields.values()) {
                if (field.offset() + field.length() > size) {
                    throw new IllegalArgumentException(
                            "%s.%s ends behind the structure's %d bytes".formatted(name, field.name(), size));
                }
                for (Field other : fields.values()) {
                    if (field.offset() < other.offset() && other.offset() < field.offset() + field.length()) {
                        throw new IllegalArgumentException(
                                "%s: %s overlaps %s".formatted(name, field.name(), other.name()));
                    }
                }
            }
            return new StructLayout(name, size, Collections.unmodifiableMap(new LinkedHashMap<>(fields)));
        }
    }

    /** {@code size} zero bytes as a buffer to fill a structure in; the byte order is the caller's to set. */
    public ByteBuffer allocate() {
        return ByteBuffer.allocate(size);
    }
}
