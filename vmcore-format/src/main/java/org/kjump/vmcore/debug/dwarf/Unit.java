package org.kjump.vmcore.debug.dwarf;

import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.layout.Cursor;

/**
 * A unit of {@code .debug_info}: what the compiler made of one source file (DWARF 5, 7.5.1).
 *
 * @param start offset of its header in the section
 * @param end behind its last byte
 * @param dies offset of its first debugging entry
 * @param version 2 to 5; another one is not understood, and then only start and end mean something
 * @param offsetBytes 4, or 8 in the 64-bit format
 * @param stringOffsets where its part of {@code .debug_str_offsets} begins
 * @param type what it defines, if it is a type unit
 */
record Unit(
        long start,
        long end,
        long dies,
        int version,
        int offsetBytes,
        int addressBytes,
        long abbreviations,
        long stringOffsets,
        Optional<TypeUnit> type) {
    /**
     * @param signature by which other units refer to the type
     * @param offset of the type in the section
     */
    record TypeUnit(long signature, long offset) {}

    private static final long LENGTH_64 = 0xffffffffL;
    private static final long LENGTH_RESERVED = 0xfffffff0L;
    private static final int DW_UT_TYPE = 2;
    private static final int DW_UT_SKELETON = 4;
    private static final int DW_UT_SPLIT_COMPILE = 5;
    private static final int DW_UT_SPLIT_TYPE = 6;

    /** Reads the header at the cursor, which is then anywhere in the unit. */
    static Unit at(String section, Cursor cursor) {
        long start = cursor.at();
        long length = cursor.u32();
        int offsetBytes = 4;
        if (length == LENGTH_64) {
            offsetBytes = 8;
            length = cursor.u64();
        }
        if (offsetBytes == 4 && length >= LENGTH_RESERVED || length < 2 || length > cursor.remaining()) {
            throw new VmcoreException("%s: unit at 0x%x: a length of 2 to 0x%x expected, 0x%x found"
                    .formatted(section, start, cursor.remaining(), length));
        }
        long end = cursor.at() + length;
        int version = cursor.u16();
        if (version < 2 || version > 5) {
            return new Unit(start, end, end, version, offsetBytes, 0, 0, 0, Optional.empty());
        }
        int kind = version >= 5 ? cursor.u8() : 0;
        int addressBytes = version >= 5 ? cursor.u8() : 0;
        // Offsets of version 2 to 4 stand before the size of an address.
        long abbreviations = cursor.unsigned(offsetBytes);
        addressBytes = version >= 5 ? addressBytes : cursor.u8();
        Optional<TypeUnit> type = Optional.empty();
        if (kind == DW_UT_TYPE || kind == DW_UT_SPLIT_TYPE) {
            long signature = cursor.u64();
            type = Optional.of(new TypeUnit(signature, start + cursor.unsigned(offsetBytes)));
        } else if (kind == DW_UT_SKELETON || kind == DW_UT_SPLIT_COMPILE) {
            cursor.skip(8);
        }
        if (addressBytes != 4 && addressBytes != 8) {
            throw new VmcoreException("%s: unit at 0x%x: an address size of 4 or 8 expected, %d found"
                    .formatted(section, start, addressBytes));
        }
        // Where the unit does not say it: behind the header of .debug_str_offsets.
        long stringOffsets = offsetBytes == 4 ? 8 : 16;
        return new Unit(
                start, end, cursor.at(), version, offsetBytes, addressBytes, abbreviations, stringOffsets, type);
    }

    Unit withStringOffsets(long base) {
        return new Unit(start, end, dies, version, offsetBytes, addressBytes, abbreviations, base, type);
    }
}
