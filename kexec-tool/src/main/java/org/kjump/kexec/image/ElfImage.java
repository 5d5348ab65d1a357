package org.kjump.kexec.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.elf.ElfFile;
import org.kjump.vmcore.elf.ProgramHeader;
import org.kjump.vmcore.io.ByteSource;

/** Which ELF files can be loaded: the rules are those of the C tool (kexec-tools 2.0.32), and 32-bit addresses. */
record ElfImage(ByteSource file, ElfFile elf) {
    private static final int EM_386 = 3;
    private static final int EM_486 = 6;
    private static final long LIMIT = 1L << 32;
    private static final int NOTE_HEADER = 12;

    static KernelImage parse(ByteSource file) {
        try {
            return new ElfImage(file, ElfFile.of(file)).image();
        } catch (VmcoreException e) {
            throw new ForeignFileException(file.name(), String.valueOf(e.getMessage()));
        }
    }

    private ForeignFileException foreign(String why) {
        return new ForeignFileException(file.name(), why);
    }

    private KernelImage image() {
        if (elf.machine() != EM_386 && elf.machine() != EM_486) {
            throw foreign("ELF e_machine: 3 (i386) expected, %d found".formatted(elf.machine()));
        }
        if (elf.order() != ByteOrder.LITTLE_ENDIAN) {
            throw foreign("ELF byte order: little endian expected, big endian found");
        }
        if (elf.type() != ElfFile.ET_EXEC && elf.type() != ElfFile.ET_CORE) {
            throw foreign("ELF e_type: 2 (executable) or 4 (core) expected, %d found".formatted(elf.type()));
        }
        requireDeclared(elf.declared());
        if (elf.programHeaders().isEmpty()) {
            throw foreign("No ELF program header");
        }
        List<LoadSegment> loads = new ArrayList<>();
        for (int i = 0; i < elf.programHeaders().size(); i++) {
            ProgramHeader header = elf.programHeaders().get(i);
            check(i, header);
            if (header.type() == ProgramHeader.PT_LOAD && header.size() > 0) {
                loads.add(new LoadSegment(
                        header.offset(), header.paddr(), Math.min(header.fileSize(), header.size()), header.size()));
            }
        }
        if (loads.isEmpty()) {
            throw foreign("no PT_LOAD among %d program headers"
                    .formatted(elf.programHeaders().size()));
        }
        requireNotes();
        return elf.type() == ElfFile.ET_CORE
                ? new ElfCore(file, List.copyOf(loads))
                : new ElfExecutable(file, elf.entry(), List.copyOf(loads));
    }

    private void requireDeclared(ElfFile.Declared declared) {
        require("EI_VERSION", 1, declared.identVersion());
        require("e_version", 1, declared.version());
        require("e_ehsize", elf.wordBytes() == 4 ? 52 : 64, declared.headerSize());
        if (declared.sections() > 0) {
            int size = elf.wordBytes() == 4 ? 40 : 64;
            require("e_shentsize", size, declared.sectionHeaderSize());
            long length = (long) size * declared.sections();
            if (declared.sectionsOffset() < 0 || declared.sectionsOffset() > file.size() - length) {
                throw foreign("%d section headers expected at offset 0x%x, the file ends at 0x%x"
                        .formatted(declared.sections(), declared.sectionsOffset(), file.size()));
            }
        }
    }

    private void require(String member, long expected, long found) {
        if (found != expected) {
            throw foreign("ELF %s: %d expected, %d found".formatted(member, expected, found));
        }
    }

    private void check(int index, ProgramHeader header) {
        if (header.type() == ProgramHeader.PT_INTERP) {
            throw foreign("Requires an ELF interpreter (program header %d)".formatted(index));
        }
        if (!header.isInside(file.size())) {
            throw foreign("truncated? program header %d: 0x%x bytes expected at offset 0x%x, the file ends at 0x%x"
                    .formatted(index, header.fileSize(), header.offset(), file.size()));
        }
        boolean below4Gib = header.paddr() >= 0
                && header.paddr() <= LIMIT
                && header.size() >= 0
                && header.size() <= LIMIT - header.paddr();
        if (header.type() == ProgramHeader.PT_LOAD && !below4Gib) {
            throw foreign("program header %d: an address below 4 GiB expected, p_paddr 0x%x + p_memsz 0x%x found"
                    .formatted(index, header.paddr(), header.size()));
        }
    }

    /** The C tool walks the notes of the first note segment that lies in the file. */
    private void requireNotes() {
        for (ProgramHeader header : elf.programHeaders()) {
            if (header.type() == ProgramHeader.PT_NOTE && header.offset() != 0) {
                walkNotes(header);
                return;
            }
        }
    }

    private void walkNotes(ProgramHeader header) {
        ByteBuffer note = ByteBuffer.allocate(NOTE_HEADER).order(elf.order());
        for (long at = 0; at < header.fileSize(); ) {
            boolean whole = at + NOTE_HEADER <= header.fileSize();
            if (whole) {
                file.readFully(header.offset() + at, note.clear());
                long name = Integer.toUnsignedLong(note.getInt(0));
                long description = Integer.toUnsignedLong(note.getInt(4));
                at += NOTE_HEADER + (name + 3 & -4) + (description + 3 & -4);
            }
            if (!whole || at > header.fileSize()) {
                throw foreign("ELF Note corrupted ! (PT_NOTE at offset 0x%x, 0x%x bytes)"
                        .formatted(header.offset(), header.fileSize()));
            }
        }
    }
}
