package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/**
 * An ELF core of a kernel, as /proc/vmcore and {@code makedumpfile -E} give it: 32 and 64 bit, both byte orders, loads at any
 * offset. A frame of which some bytes are in a load is present; bytes of it that no load has are zero. Safe for use by many threads.
 */
public final class ElfCore implements MemoryImage {
    /** No note segment of a real dump comes near it. */
    private static final long NOTES_MAX = 64L << 20;

    private final ByteSource file;
    private final Target target;
    private final List<Segment> segments = new ArrayList<>();
    private final Extents extents = new Extents();
    private final List<Note> notes = new ArrayList<>();
    private long noteBytes;

    /** Takes {@code file} over: closing this closes it. */
    public ElfCore(ByteSource file) {
        this.file = file;
        ElfFile elf = ElfFile.of(file);
        if (elf.type() != ElfFile.ET_CORE) {
            throw bad("type at offset 16", "4, a core", elf.type());
        }
        // A PAE machine with memory above 4 GiB has 32-bit words and cores of class 64.
        boolean narrow = elf.machine() == Target.EM_386 || elf.machine() == Target.EM_486;
        this.target = new Target(elf.machine(), narrow ? 4 : elf.wordBytes(), elf.order(), 12);
        elf.programHeaders().forEach(this::programHeader);
        if (segments.isEmpty()) {
            throw new VmcoreException("%s: no PT_LOAD among its program headers".formatted(file.name()));
        }
    }

    /** Whether a file begins as an ELF file does. */
    public static boolean recognises(ByteSource file) {
        return ElfFile.recognises(file);
    }

    private VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    private void programHeader(ProgramHeader header) {
        if (header.type() != ProgramHeader.PT_LOAD && header.type() != ProgramHeader.PT_NOTE) {
            return;
        }
        if (!header.isInside(file.size())) {
            throw new VmcoreException("%s: cut: program header wants 0x%x bytes at offset 0x%x, the file has 0x%x"
                    .formatted(file.name(), header.fileSize(), header.offset(), file.size()));
        }
        if (header.type() == ProgramHeader.PT_NOTE) {
            notes(header.offset(), header.fileSize());
        } else if (header.paddr() != -1) { // /proc/kcore has such loads
            load(header);
        }
    }

    private void load(ProgramHeader header) {
        long paddr = header.paddr();
        long size = header.size();
        if (size < header.fileSize() || paddr < 0 || paddr > Long.MAX_VALUE - size || paddr + size >= 1L << 49) {
            throw bad(
                    "PT_LOAD",
                    "p_filesz <= p_memsz, below 2^49",
                    "0x%x, 0x%x at 0x%x".formatted(header.fileSize(), size, paddr));
        }
        segments.add(new Segment(paddr, header.vaddr(), header.fileSize(), size));
        extents.add(paddr, header.offset(), header.fileSize(), size);
    }

    private void notes(long offset, long length) {
        noteBytes += length;
        if (noteBytes > Math.min(NOTES_MAX, file.size())) {
            throw bad("PT_NOTE", "at most " + NOTES_MAX + " bytes, each once", noteBytes);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length).order(target.order());
        file.readFully(offset, bytes);
        notes.addAll(Notes.parse(bytes.flip()));
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public long pfnLimit() {
        return segments.stream()
                .mapToLong(segment -> segment.end() + target.pageSize() - 1 >> target.pageShift())
                .max()
                .orElse(0);
    }

    @Override
    public PageState state(long pfn) {
        return extents.state(pfn << target.pageShift(), pfn + 1 << target.pageShift());
    }

    @Override
    public long nextReadable(long pfn) {
        return extents.nextStored(pfn << target.pageShift()) >> target.pageShift();
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        long start = pfn << target.pageShift();
        PageState state = state(pfn);
        if (state == PageState.PRESENT) {
            extents.read(file, start, page, target.pageSize());
        }
        return state;
    }

    @Override
    public List<Note> notes() {
        return List.copyOf(notes);
    }

    @Override
    public List<Segment> segments() {
        return List.copyOf(segments);
    }

    @Override
    public void close() {
        file.close();
    }
}
