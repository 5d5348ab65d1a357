package org.kjump.vmcore.debug.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.elf.ElfSections;
import org.kjump.vmcore.elf.StringSection;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.SourceMemory;
import org.kjump.vmcore.layout.Cursor;

/** The sections {@code .debug_info} and {@code .debug_abbrev} of a file: gives units and entries. Not thread-safe. */
final class DebugInfo {
    /** A unit is asked for many entries before the next is. */
    private static final int TABLES_MAX = 16;
    /** Tables of units do not overlap in files that a linker wrote; tools that share them read no byte as often as that. */
    private static final int TABLE_READINGS_MAX = 64;
    /** No structure and no enumeration of a kernel has so many members. */
    private static final int CHILDREN_MAX = 1 << 16;

    private final ByteSource info;
    private final ByteSource abbreviations;
    private final SourceMemory memory;
    private final FormReader.Sections sections;
    private long tableBytes;

    private final Map<Long, Map<Long, Abbreviation>> tables = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<Long, Abbreviation>> eldest) {
            return size() > TABLES_MAX;
        }
    };

    private DebugInfo(ElfSections elf, ByteSource info, ByteSource abbreviations) {
        this.info = info;
        this.abbreviations = abbreviations;
        this.memory = new SourceMemory(info, elf.order());
        Optional<ByteSource> offsets = elf.bytes(".debug_str_offsets");
        this.sections = new FormReader.Sections(
                elf.bytes(".debug_str").map(StringSection::new),
                elf.bytes(".debug_line_str").map(StringSection::new),
                offsets.map(bytes -> new SourceMemory(bytes, elf.order())),
                offsets.map(ByteSource::size).orElse(0L));
    }

    /** @return empty if the file has no DWARF */
    static Optional<DebugInfo> of(ElfSections elf) {
        Optional<ByteSource> info = elf.bytes(".debug_info");
        Optional<ByteSource> abbreviations = elf.bytes(".debug_abbrev");
        return info.isPresent() && abbreviations.isPresent()
                ? Optional.of(new DebugInfo(elf, info.get(), abbreviations.get()))
                : Optional.empty();
    }

    String name() {
        return info.name();
    }

    long size() {
        return info.size();
    }

    Cursor cursor(long start, long end) {
        return new Cursor(info.name(), memory, start, end);
    }

    FormReader forms(Unit unit, Cursor cursor) {
        return new FormReader(sections, unit, cursor);
    }

    Map<Long, Abbreviation> abbreviations(Unit unit) {
        Map<Long, Abbreviation> known = tables.get(unit.abbreviations());
        if (known != null) {
            return known;
        }
        long start = unit.abbreviations();
        if (start < 0 || start >= abbreviations.size()) {
            throw new VmcoreException("%s: unit at 0x%x: abbreviations at 0x%x: before 0x%x expected"
                    .formatted(info.name(), unit.start(), start, abbreviations.size()));
        }
        Cursor cursor = new Cursor(
                abbreviations.name(), new SourceMemory(abbreviations, memory.order()), start, abbreviations.size());
        Map<Long, Abbreviation> table = Abbreviation.table(cursor);
        tableBytes += cursor.at() - start;
        if (tableBytes / TABLE_READINGS_MAX > abbreviations.size()) {
            throw new VmcoreException(
                    "%s: tables of units overlap, %d times over".formatted(abbreviations.name(), TABLE_READINGS_MAX));
        }
        tables.put(start, table);
        return table;
    }

    static Abbreviation abbreviation(Map<Long, Abbreviation> table, long code, Unit unit, long offset) {
        Abbreviation abbreviation = table.get(code);
        if (abbreviation == null) {
            throw new VmcoreException("entry at 0x%x of .debug_info: its unit, at 0x%x, has no abbreviation %s"
                    .formatted(offset, unit.start(), Long.toUnsignedString(code)));
        }
        return abbreviation;
    }

    /** The entry at the cursor, which is then behind it; empty for the one that ends a row of children. */
    Optional<Die> die(Unit unit, Cursor cursor) {
        long offset = cursor.at();
        long code = cursor.uleb();
        if (code == 0) {
            return Optional.empty();
        }
        Abbreviation abbreviation = abbreviation(abbreviations(unit), code, unit, offset);
        FormReader forms = forms(unit, cursor);
        Map<Integer, Long> numbers = new HashMap<>();
        String name = "";
        for (Abbreviation.Attribute attribute : abbreviation.attributes()) {
            if (attribute.name() == Dw.AT_NAME) {
                name = forms.text(attribute).orElse("");
            } else {
                long number = forms.number(attribute);
                if (number != FormReader.NO_NUMBER) {
                    boolean isSignature = attribute.form() == Dw.FORM_REF_SIG8;
                    numbers.put(isSignature ? Dw.AT_SIGNATURE : attribute.name(), number);
                }
            }
        }
        return Optional.of(
                new Die(unit, offset, abbreviation.tag(), abbreviation.children(), name, numbers, cursor.at()));
    }

    /** The entries right below {@code parent}, in order. */
    List<Die> children(Die parent) {
        List<Die> children = new ArrayList<>();
        if (parent.children() == Abbreviation.Children.NO) {
            return children;
        }
        Cursor cursor = cursor(parent.next(), parent.unit().end());
        for (int depth = 0; depth >= 0; ) {
            Optional<Die> next = die(parent.unit(), cursor);
            if (next.isEmpty()) {
                depth--;
                continue;
            }
            Die die = next.get();
            if (depth == 0 && children.size() == CHILDREN_MAX) {
                throw new VmcoreException("%s: entry at 0x%x: at most %d children expected"
                        .formatted(info.name(), parent.offset(), CHILDREN_MAX));
            }
            if (depth == 0) {
                children.add(die);
            }
            depth += die.children() == Abbreviation.Children.YES ? 1 : 0;
        }
        return children;
    }
}
