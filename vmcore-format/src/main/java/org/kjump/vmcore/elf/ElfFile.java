package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/**
 * The headers of an ELF file of any kind, 32 or 64 bit, in either byte order. What they say of the rest of the file is not checked.
 * Immutable.
 *
 * @param wordBytes 4 or 8
 * @param flags {@code e_flags}
 * @param declared what the header says of itself
 */
public record ElfFile(
        ByteOrder order,
        int wordBytes,
        int type,
        int machine,
        long entry,
        long flags,
        Declared declared,
        List<ProgramHeader> programHeaders) {
    /** {@code e_type} of a program, a vmlinux among them. */
    public static final int ET_EXEC = 2;
    /** {@code e_type} of a core. */
    public static final int ET_CORE = ElfLayout.ET_CORE;

    /** Versions, sizes and the section table: a loader may insist on them, a reader of dumps need not. */
    public record Declared(
            int identVersion, long version, int headerSize, long sectionsOffset, int sectionHeaderSize, int sections) {}

    /** Whether a file begins as an ELF file does. */
    public static boolean recognises(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(4);
        return file.read(0, magic) == 4 && magic.getInt(0) == ElfLayout.MAGIC;
    }

    /** @throws VmcoreException if the file is none, or its headers are cut */
    public static ElfFile of(ByteSource file) {
        ByteBuffer ident = ByteBuffer.allocate(16);
        file.readFully(0, ident);
        if (ident.getInt(0) != ElfLayout.MAGIC) {
            throw bad(file, "magic at offset 0", "7f454c46", "%08x".formatted(ident.getInt(0)));
        }
        if (ident.get(4) != 1 && ident.get(4) != 2) {
            throw bad(file, "class at offset 4", "1 or 2", ident.get(4));
        }
        if (ident.get(5) != 1 && ident.get(5) != 2) {
            throw bad(file, "byte order at offset 5", "1 or 2", ident.get(5));
        }
        ElfLayout layout = ident.get(4) == 1 ? ElfLayout.ELF32 : ElfLayout.ELF64;
        ByteOrder order = ident.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int wordBytes = ident.get(4) == 1 ? 4 : 8;
        return new Parser(file, layout, order, wordBytes).parse(ident.get(6));
    }

    private static VmcoreException bad(ByteSource file, String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    private static final int HEADERS_AT_ONCE = 1024;

    private record Parser(ByteSource file, ElfLayout layout, ByteOrder order, int wordBytes) {
        ElfFile parse(int identVersion) {
            ByteBuffer header = read(0, layout.header().size());
            Declared declared = new Declared(
                    identVersion,
                    header(header, "e_version"),
                    (int) header(header, "e_ehsize"),
                    header(header, "e_shoff"),
                    (int) header(header, "e_shentsize"),
                    (int) header(header, "e_shnum"));
            return new ElfFile(
                    order,
                    wordBytes,
                    (int) header(header, "e_type"),
                    (int) header(header, "e_machine"),
                    header(header, "e_entry"),
                    header(header, "e_flags"),
                    declared,
                    programHeaders(header, declared));
        }

        private ByteBuffer read(long offset, int length) {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(order);
            file.readFully(offset, bytes);
            return bytes.flip();
        }

        private long header(ByteBuffer header, String member) {
            return layout.header().field(member).unsigned(header, 0);
        }

        private List<ProgramHeader> programHeaders(ByteBuffer header, Declared declared) {
            long offset = header(header, "e_phoff");
            long count = header(header, "e_phnum");
            long size = header(header, "e_phentsize");
            if (count > 0 && size != layout.program().size()) {
                throw bad(file, "e_phentsize", Integer.toString(layout.program().size()), size);
            }
            if (count == ElfLayout.PN_XNUM) {
                ByteBuffer section =
                        read(declared.sectionsOffset(), layout.section().size());
                count = layout.section().field("sh_info").unsigned(section, 0);
            }
            if (offset < 0 || offset > file.size() || count * size > file.size() - offset) {
                throw bad(file, "program headers", count + " at offset " + offset, file.size() + " bytes in the file");
            }
            List<ProgramHeader> headers = new ArrayList<>();
            // A hypervisor's core of a machine with many mappings has tens of thousands.
            for (long done = 0; done < count; done += HEADERS_AT_ONCE) {
                int some = (int) Math.min(HEADERS_AT_ONCE, count - done);
                ByteBuffer piece = read(offset + done * size, some * (int) size);
                for (int i = 0; i < some; i++) {
                    headers.add(programHeader(piece, i * (int) size));
                }
            }
            return List.copyOf(headers);
        }

        private ProgramHeader programHeader(ByteBuffer headers, int start) {
            return new ProgramHeader(
                    program(headers, start, "p_type"),
                    program(headers, start, "p_offset"),
                    address(headers, start, "p_vaddr"),
                    address(headers, start, "p_paddr"),
                    program(headers, start, "p_filesz"),
                    program(headers, start, "p_memsz"));
        }

        private long program(ByteBuffer headers, int start, String member) {
            return layout.program().field(member).unsigned(headers, start);
        }

        private long address(ByteBuffer headers, int start, String member) {
            long address = program(headers, start, member);
            return wordBytes == 4 && address == 0xffffffffL ? -1 : address;
        }
    }
}
