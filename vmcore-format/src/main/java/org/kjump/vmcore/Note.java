package org.kjump.vmcore;

import java.nio.ByteBuffer;

/**
 * An ELF note. Safe for use by many threads: the bytes of the description are shared, and must not change.
 *
 * @param name without its NUL, such as {@code CORE} or {@code VMCOREINFO}
 * @param type {@code n_type}: 1 (NT_PRSTATUS) for a processor's registers, 0 for VMCOREINFO
 * @param description read-only, without padding
 */
public record Note(String name, int type, ByteBuffer description) {
    /** Of a note {@code CORE}: the registers of one processor. */
    public static final int NT_PRSTATUS = 1;

    public Note {
        description = description.asReadOnlyBuffer();
    }

    /** A view of its own, so that no reader moves another's position. */
    @Override
    public ByteBuffer description() {
        return description.duplicate();
    }
}
