package org.kjump.vmcore.debug.dwarf;

import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.elf.StringSection;
import org.kjump.vmcore.layout.Cursor;
import org.kjump.vmcore.layout.Memory;

/**
 * Reads attributes by their forms (DWARF 5, 7.5.6).
 *
 * @param cursor over the entries of {@code unit}
 */
record FormReader(Sections sections, Unit unit, Cursor cursor) {
    /** What is not a number, or one that only other sections tell. */
    static final long NO_NUMBER = Long.MIN_VALUE;

    private static final int INDIRECTIONS_MAX = 4;

    /** The texts that forms refer to. */
    record Sections(
            Optional<StringSection> strings,
            Optional<StringSection> lineStrings,
            Optional<Memory> stringOffsets,
            long stringOffsetsSize) {}

    /**
     * Reads an attribute: a number as it is, a flag as 0 or 1, a reference as an offset in {@code .debug_info} or the
     * signature of a type unit, and the operand of an
     * expression that begins with a constant.
     */
    long number(Abbreviation.Attribute attribute) {
        return number(attribute.form(), attribute.constant(), INDIRECTIONS_MAX);
    }

    private long number(int form, long constant, int indirections) {
        return switch (form) {
            case Dw.FORM_DATA1, Dw.FORM_FLAG -> cursor.u8();
            case Dw.FORM_DATA2 -> cursor.u16();
            case Dw.FORM_DATA4 -> cursor.u32();
            case Dw.FORM_DATA8, Dw.FORM_REF_SIG8 -> cursor.u64();
            case Dw.FORM_SDATA -> cursor.sleb();
            case Dw.FORM_UDATA -> cursor.uleb();
            case Dw.FORM_ADDR -> cursor.unsigned(unit.addressBytes());
            case Dw.FORM_SEC_OFFSET -> cursor.unsigned(unit.offsetBytes());
            case Dw.FORM_FLAG_PRESENT -> 1;
            case Dw.FORM_IMPLICIT_CONST -> constant;
            case Dw.FORM_REF1 -> unit.start() + cursor.u8();
            case Dw.FORM_REF2 -> unit.start() + cursor.u16();
            case Dw.FORM_REF4 -> unit.start() + cursor.u32();
            case Dw.FORM_REF8 -> unit.start() + cursor.u64();
            case Dw.FORM_REF_UDATA -> unit.start() + cursor.uleb();
            // Version 2 gave it the size of an address (DWARF 3, 7.5.4).
            case Dw.FORM_REF_ADDR -> cursor.unsigned(unit.version() == 2 ? unit.addressBytes() : unit.offsetBytes());
            case Dw.FORM_EXPRLOC, Dw.FORM_BLOCK -> expression(cursor.uleb());
            case Dw.FORM_BLOCK1 -> expression(cursor.u8());
            case Dw.FORM_BLOCK2 -> expression(cursor.u16());
            case Dw.FORM_BLOCK4 -> expression(cursor.u32());
            case Dw.FORM_INDIRECT -> {
                if (indirections == 0) {
                    throw unknown(form);
                }
                yield number((int) cursor.uleb(), 0, indirections - 1);
            }
            default -> {
                passOver(form);
                yield NO_NUMBER;
            }
        };
    }

    private long expression(long length) {
        long start = cursor.at();
        cursor.skip(length);
        long end = cursor.at();
        long value = NO_NUMBER;
        if (length > 1) {
            cursor.seek(start);
            int operation = cursor.u8();
            if (operation == Dw.OP_PLUS_UCONST || operation == Dw.OP_CONSTU) {
                value = cursor.uleb();
            }
        }
        cursor.seek(end);
        return value;
    }

    private void passOver(int form) {
        switch (form) {
            case Dw.FORM_STRING -> cursor.skipString();
            case Dw.FORM_STRP, Dw.FORM_LINE_STRP, Dw.FORM_STRP_SUP, Dw.FORM_GNU_REF_ALT, Dw.FORM_GNU_STRP_ALT ->
                cursor.skip(unit.offsetBytes());
            case Dw.FORM_STRX,
                    Dw.FORM_ADDRX,
                    Dw.FORM_LOCLISTX,
                    Dw.FORM_RNGLISTX,
                    Dw.FORM_GNU_ADDR_INDEX,
                    Dw.FORM_GNU_STR_INDEX -> cursor.uleb();
            case Dw.FORM_STRX1, Dw.FORM_ADDRX1 -> cursor.skip(1);
            case Dw.FORM_STRX2, Dw.FORM_ADDRX2 -> cursor.skip(2);
            case Dw.FORM_STRX3, Dw.FORM_ADDRX3 -> cursor.skip(3);
            case Dw.FORM_STRX4, Dw.FORM_ADDRX4, Dw.FORM_REF_SUP4 -> cursor.skip(4);
            case Dw.FORM_REF_SUP8 -> cursor.skip(8);
            case Dw.FORM_DATA16 -> cursor.skip(16);
            default -> throw unknown(form);
        }
    }

    private VmcoreException unknown(int form) {
        return new VmcoreException("unit at 0x%x of .debug_info: form 0x%x before 0x%x is none of DWARF 2 to 5"
                .formatted(unit.start(), form, cursor.at()));
    }

    /** Reads an attribute that is a text; empty if it is somewhere else than in this file. */
    Optional<String> text(Abbreviation.Attribute attribute) {
        return switch (attribute.form()) {
            case Dw.FORM_STRING -> Optional.of(cursor.string());
            case Dw.FORM_STRP -> text(sections.strings, cursor.unsigned(unit.offsetBytes()));
            case Dw.FORM_LINE_STRP -> text(sections.lineStrings, cursor.unsigned(unit.offsetBytes()));
            case Dw.FORM_STRX, Dw.FORM_GNU_STR_INDEX -> indexed(cursor.uleb());
            case Dw.FORM_STRX1 -> indexed(cursor.u8());
            case Dw.FORM_STRX2 -> indexed(cursor.u16());
            case Dw.FORM_STRX3 -> indexed(cursor.u24());
            case Dw.FORM_STRX4 -> indexed(cursor.u32());
            default -> {
                number(attribute);
                yield Optional.empty();
            }
        };
    }

    private static Optional<String> text(Optional<StringSection> section, long offset) {
        return section.flatMap(strings -> strings.at(offset));
    }

    private Optional<String> indexed(long index) {
        if (sections.stringOffsets.isEmpty()) {
            return Optional.empty();
        }
        long size = sections.stringOffsetsSize;
        int width = unit.offsetBytes();
        if (unit.stringOffsets() < 0
                || unit.stringOffsets() > size
                || index < 0
                || index >= (size - unit.stringOffsets()) / width) {
            throw new VmcoreException("unit at 0x%x of .debug_info: text %s: .debug_str_offsets has 0x%x bytes"
                    .formatted(unit.start(), Long.toUnsignedString(index), size));
        }
        return text(
                sections.strings, sections.stringOffsets.get().unsigned(unit.stringOffsets() + index * width, width));
    }
}
