package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.UnpackedSource;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.SourceMemory;
import org.kjump.vmcore.layout.Cursor;
import org.kjump.vmcore.layout.Struct;

/** The sections of an ELF file, 32 or 64 bit, in either byte order, unpacked where they are packed. Safe for use by many threads. */
public final class ElfSections {
    /** In {@code e_shstrndx}: section header 0 has the number in {@code sh_link}. */
    private static final long SHN_XINDEX = 0xffff;

    private static final byte[] OLD_MAGIC = {'Z', 'L', 'I', 'B'};

    private final ByteSource file;
    private final ElfFile elf;
    private final ElfLayout layout;
    private final SourceMemory memory;
    private final List<ElfSection> sections = new ArrayList<>();

    /**
     * Does not close {@code file}.
     *
     * @throws VmcoreException if the file is no ELF file, or its section table is not inside
     */
    public ElfSections(ByteSource file) {
        this.file = file;
        this.elf = ElfFile.of(file);
        this.layout = elf.wordBytes() == 4 ? ElfLayout.ELF32 : ElfLayout.ELF64;
        this.memory = new SourceMemory(file, elf.order());
        long table = elf.declared().sectionsOffset();
        if (table == 0) {
            return;
        }
        Struct first = header(table, 0);
        long count = elf.declared().sections() == 0
                ? first.get("sh_size")
                : elf.declared().sections();
        int size = layout.section().size();
        if (elf.declared().sectionHeaderSize() != size || count < 0 || count > file.size() / size) {
            throw new VmcoreException("%s: section headers: at most %d of %d bytes expected, %s of %d bytes found"
                    .formatted(
                            file.name(),
                            file.size() / size,
                            size,
                            Long.toUnsignedString(count),
                            elf.declared().sectionHeaderSize()));
        }
        List<Struct> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            headers.add(header(table, i));
        }
        long names = layout.header().at(memory, 0).get("e_shstrndx");
        names = names == SHN_XINDEX ? first.get("sh_link") : names;
        if (names < count) {
            StringSection strings = new StringSection(bytes(section("", headers.get((int) names))));
            headers.forEach(header ->
                    sections.add(section(strings.at(header.get("sh_name")).orElse(""), header)));
        }
    }

    private Struct header(long table, int index) {
        return layout.section()
                .at(memory, table + (long) index * layout.section().size());
    }

    private static ElfSection section(String name, Struct header) {
        return new ElfSection(
                name,
                header.get("sh_type"),
                header.get("sh_flags"),
                header.get("sh_addr"),
                header.get("sh_offset"),
                header.get("sh_size"),
                header.get("sh_link"),
                header.get("sh_entsize"));
    }

    /** What messages call the file. */
    public String fileName() {
        return file.name();
    }

    /** The file's byte order. */
    public ByteOrder order() {
        return elf.order();
    }

    /** 4 or 8. */
    public int wordBytes() {
        return elf.wordBytes();
    }

    /** {@code e_machine}. */
    public int machine() {
        return elf.machine();
    }

    /** All sections, by number. */
    public List<ElfSection> all() {
        return List.copyOf(sections);
    }

    /** The first section of that name that has bytes in the file. */
    private Optional<ElfSection> find(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name) && section.type() != ElfSection.SHT_NOBITS)
                .findFirst();
    }

    /**
     * The bytes of the section, unpacked; those of {@code .zdebug_x}, too, if {@code .debug_x} is asked for.
     *
     * @throws VmcoreException if they are not in the file, or damaged
     */
    public Optional<ByteSource> bytes(String name) {
        Optional<ElfSection> section = find(name);
        if (section.isPresent() || !name.startsWith(".debug_")) {
            return section.map(this::bytes);
        }
        return find(".z" + name.substring(1)).map(this::unpackedOld);
    }

    /** The bytes of a section, unpacked. */
    public ByteSource bytes(ElfSection section) {
        ByteSource bytes = stored(section);
        if ((section.flags() & ElfSection.SHF_COMPRESSED) == 0) {
            return bytes;
        }
        // Elf32_Chdr: three words; Elf64_Chdr: type and a reserved one of 4 bytes, size and alignment of 8 (gABI,
        // chapter 4).
        Cursor header = new Cursor(bytes.name(), new SourceMemory(bytes, elf.order()), 0, bytes.size());
        long type = header.u32();
        header.skip(elf.wordBytes() - 4);
        long size = header.unsigned(elf.wordBytes());
        header.skip(elf.wordBytes());
        Compression compression = switch ((int) type) {
            case 1 -> Compression.ZLIB;
            case 2 -> Compression.ZSTD;
            default ->
                throw new VmcoreException(
                        "%s: ch_type: 1 (zlib) or 2 (zstd) expected, %d found".formatted(bytes.name(), type));
        };
        return unpacked(bytes, header.at(), compression, size);
    }

    /** What GNU tools wrote before sections could be marked as packed: ZLIB, the size in 8 bytes, most significant first, a zlib stream. */
    private ByteSource unpackedOld(ElfSection section) {
        ByteSource bytes = stored(section);
        ByteBuffer header = ByteBuffer.allocate(OLD_MAGIC.length + 8);
        bytes.readFully(0, header);
        if (!header.flip().slice(0, OLD_MAGIC.length).equals(ByteBuffer.wrap(OLD_MAGIC))) {
            throw new VmcoreException("%s: ZLIB expected at its start".formatted(bytes.name()));
        }
        return unpacked(bytes, header.limit(), Compression.ZLIB, header.getLong(OLD_MAGIC.length));
    }

    private static ByteSource unpacked(ByteSource bytes, long start, Compression compression, long size) {
        return UnpackedSource.of(bytes.slice(bytes.name(), start, bytes.size() - start), compression, size);
    }

    private ByteSource stored(ElfSection section) {
        return file.slice("%s: section %s".formatted(file.name(), section.name()), section.offset(), section.size());
    }

    /** What a loaded file has at an address: {@code length} bytes, or as many as the section has behind it. */
    public Optional<ByteBuffer> loaded(long address, int length) {
        return sections.stream()
                .filter(section -> section.holds(address))
                .findFirst()
                .map(section -> {
                    ByteBuffer bytes = ByteBuffer.allocate(length).order(elf.order());
                    stored(section).read(address - section.address(), bytes);
                    return bytes.flip();
                });
    }
}
