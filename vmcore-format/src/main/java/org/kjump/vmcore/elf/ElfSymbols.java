package org.kjump.vmcore.elf;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.SourceMemory;
import org.kjump.vmcore.layout.Cursor;

/** Symbols of an ELF file's {@code .symtab} by name. Of several with one name a global one counts, else the first. Immutable. */
public final class ElfSymbols {
    private static final int STB_GLOBAL = 1;
    private static final int STT_SECTION = 3;
    private static final int STT_FILE = 4;
    private static final int SHN_UNDEF = 0;
    /** A kernel has some hundred thousand. */
    private static final int SYMBOLS_MAX = 1 << 21;

    /**
     * @param address {@code st_value}, as linked
     * @param size {@code st_size}: 0 if it is not known
     */
    private record Symbol(long address, long size, int binding) {}

    private final Map<String, Symbol> symbols = new HashMap<>();

    /** @throws VmcoreException if the symbol table is damaged */
    public ElfSymbols(ElfSections elf) {
        for (ElfSection section : elf.all()) {
            if (section.type() == ElfSection.SHT_SYMTAB) {
                read(elf, section);
            }
        }
    }

    private void read(ElfSections elf, ElfSection table) {
        if (table.link() >= elf.all().size()) {
            throw new VmcoreException("%s: section %s: sh_link: less than %d sections expected, %d found"
                    .formatted(elf.fileName(), table.name(), elf.all().size(), table.link()));
        }
        StringSection names = new StringSection(elf.bytes(elf.all().get((int) table.link())));
        ByteSource bytes = elf.bytes(table);
        Cursor cursor = new Cursor(bytes.name(), new SourceMemory(bytes, elf.order()), 0, bytes.size());
        int entry = elf.wordBytes() == 4 ? 16 : 24;
        while (cursor.remaining() >= entry) {
            long nameAt = cursor.u32();
            // Elf64_Sym has info, other and section before value and size, Elf32_Sym behind.
            Symbol symbol;
            int section;
            int info;
            if (elf.wordBytes() == 4) {
                long address = cursor.u32();
                long size = cursor.u32();
                info = cursor.u8();
                cursor.skip(1);
                section = cursor.u16();
                symbol = new Symbol(address, size, info >> 4);
            } else {
                info = cursor.u8();
                cursor.skip(1);
                section = cursor.u16();
                symbol = new Symbol(cursor.u64(), cursor.u64(), info >> 4);
            }
            int type = info & 0xf;
            if (section != SHN_UNDEF && type != STT_SECTION && type != STT_FILE && nameAt != 0) {
                names.at(nameAt).ifPresent(name -> keep(name, symbol));
            }
        }
    }

    private void keep(String name, Symbol symbol) {
        if (symbols.size() == SYMBOLS_MAX) {
            throw new VmcoreException("a symbol table with more than %d names".formatted(SYMBOLS_MAX));
        }
        symbols.merge(
                name,
                symbol,
                (first, second) -> first.binding != STB_GLOBAL && second.binding == STB_GLOBAL ? second : first);
    }

    /** The address that the file was linked for. */
    public OptionalLong address(String name) {
        return optional(Optional.ofNullable(symbols.get(name)).map(Symbol::address));
    }

    /** How many bytes there are, if the file says so. */
    public OptionalLong size(String name) {
        return optional(Optional.ofNullable(symbols.get(name)).map(Symbol::size).filter(size -> size != 0));
    }

    private static OptionalLong optional(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }
}
