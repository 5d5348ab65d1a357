package org.kjump.vmcore.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.layout.StructLayout;
import org.kjump.vmcore.pipeline.Workers;

/**
 * Writes an ELF core without the pages that a filter left out, as {@code makedumpfile -E} does: headers, notes, and the loads
 * packed one behind the other. It closes neither the image nor the sink. Not thread-safe.
 */
public final class ElfWriter {
    private static final int FLAGS_RWX = 7;
    /** In {@code e_flags}: pages are missing (makedumpfile, {@code DUMP_ELF_INCOMPLETE}). */
    private static final int INCOMPLETE = 1;
    /** Pages are read and written in pieces of so many. */
    private static final int BLOCK_PAGES = 64;

    /** Whether all pages that are to be kept are there. */
    public enum State {
        /** The file says nothing. */
        COMPLETE,
        /** {@code e_flags} tells readers that pages are missing. */
        INCOMPLETE
    }

    private final MemoryImage image;
    private final PfnSet kept;
    private final State state;
    private final ElfLayout layout;
    private final List<Note> notes;
    private final List<ElfLoad> loads;

    /**
     * Finds out what there is to write.
     *
     * @param kept the frames to store; not changed, and not to be changed until all is written
     * @throws VmcoreException if the image has no segments, as a kdump-compressed file has not
     */
    public ElfWriter(MemoryImage image, PfnSet kept) {
        this(image, kept, image.notes(), State.COMPLETE, Integer.MAX_VALUE);
    }

    /**
     * The same with other notes than the image has.
     *
     * @param mostLoads how many loads the file may have: where there would be more, the shortest runs of left-out pages are stored
     * @throws VmcoreException if the image has no segments, or more than {@code mostLoads}
     */
    public ElfWriter(MemoryImage image, PfnSet kept, List<Note> notes, State state, int mostLoads) {
        this.image = image;
        this.kept = kept;
        this.notes = notes;
        this.state = state;
        this.layout =
                image.target().wordBytes() == 8 || image.segments().stream().anyMatch(ElfWriter::isHigh)
                        ? ElfLayout.ELF64
                        : ElfLayout.ELF32;
        if (image.segments().isEmpty()) {
            throw new VmcoreException("%s: an ELF core can be made of an ELF core only".formatted(image.name()));
        }
        this.loads = ElfLoads.of(image, kept, mostLoads);
    }

    /** Above 4 GiB, as PAE machines have memory: no address of a file of class 32. */
    private static boolean isHigh(Segment segment) {
        return segment.end() > 1L << 32;
    }

    /** How many frames are stored: those kept, and the short runs between them. */
    public long frames() {
        return loads.stream()
                .mapToLong(load -> load.frames(image.target().pageShift()))
                .sum();
    }

    /** How many loads the file has. */
    public int loads() {
        return loads.size();
    }

    /** How long the file is, in bytes. */
    public long size() {
        return data() + loads.stream().mapToLong(ElfLoad::fileSize).sum();
    }

    /**
     * Writes the whole file with as many threads as there are processors.
     *
     * @throws VmcoreException if a page cannot be read
     */
    public void write(ByteSink sink, Progress progress) throws IOException {
        try (Workers workers = Workers.forAllProcessors()) {
            write(workers, BLOCK_PAGES, sink, progress);
        }
    }

    /**
     * Writes the whole file: the same bytes whatever the number of workers and of pages that each takes at once.
     *
     * @param blockPages how many pages a worker takes at once, at least 1
     * @throws VmcoreException if a page cannot be read
     */
    public void write(Workers workers, int blockPages, ByteSink sink, Progress progress) throws IOException {
        headers(sink);
        workers.run(new LoadStages(image, kept, loads, blockPages, data(), sink, progress));
    }

    private static void set(StructLayout layout, ByteBuffer bytes, String member, long value) {
        layout.field(member).setUnsigned(bytes, 0, value);
    }

    /** Program headers: one for the notes, one for each load. */
    private long count() {
        return loads.size() + 1L;
    }

    private boolean isExtended() {
        return count() >= ElfLayout.PN_XNUM;
    }

    private long sections() {
        return layout.header().size() + count() * layout.program().size();
    }

    private long notesAt() {
        return sections() + (isExtended() ? layout.section().size() : 0);
    }

    /** Where the loads' bytes begin. */
    private long data() {
        return notesAt() + notes.stream().mapToLong(Notes::size).sum();
    }

    private void headers(ByteSink sink) throws IOException {
        Target target = image.target();
        long programs = layout.header().size();
        ByteBuffer header = layout.header().allocate().order(target.order());
        header.putInt(
                0, target.order() == ByteOrder.BIG_ENDIAN ? ElfLayout.MAGIC : Integer.reverseBytes(ElfLayout.MAGIC));
        header.put(4, (byte) (layout.equals(ElfLayout.ELF64) ? 2 : 1));
        header.put(5, (byte) (target.order() == ByteOrder.LITTLE_ENDIAN ? 1 : 2));
        header.put(6, (byte) 1);
        set(layout.header(), header, "e_type", ElfLayout.ET_CORE);
        set(layout.header(), header, "e_machine", target.elfMachine());
        set(layout.header(), header, "e_version", 1);
        set(layout.header(), header, "e_phoff", programs);
        set(layout.header(), header, "e_flags", state == State.INCOMPLETE ? INCOMPLETE : 0);
        set(layout.header(), header, "e_ehsize", layout.header().size());
        set(layout.header(), header, "e_phentsize", layout.program().size());
        set(layout.header(), header, "e_phnum", Math.min(count(), ElfLayout.PN_XNUM));
        if (isExtended()) {
            set(layout.header(), header, "e_shoff", sections());
            set(layout.header(), header, "e_shentsize", layout.section().size());
            set(layout.header(), header, "e_shnum", 1);
            ByteBuffer section = layout.section().allocate().order(target.order());
            set(layout.section(), section, "sh_size", 1);
            set(layout.section(), section, "sh_info", count());
            sink.write(sections(), section);
        }
        sink.write(0, header);
        ByteBuffer noteBytes = Notes.bytes(notes, target.order());
        sink.write(programs, programs(noteBytes.remaining()));
        sink.write(notesAt(), noteBytes);
    }

    private ByteBuffer programs(int notesSize) {
        ByteBuffer all =
                ByteBuffer.allocate(Math.toIntExact(count() * layout.program().size()));
        ByteBuffer note = layout.program().allocate().order(image.target().order());
        set(layout.program(), note, "p_type", ElfLayout.PT_NOTE);
        set(layout.program(), note, "p_offset", notesAt());
        set(layout.program(), note, "p_filesz", notesSize);
        set(layout.program(), note, "p_memsz", notesSize);
        all.put(note);
        long offset = data();
        for (ElfLoad load : loads) {
            ByteBuffer program =
                    layout.program().allocate().order(image.target().order());
            set(layout.program(), program, "p_type", ElfLayout.PT_LOAD);
            boolean nowhere = load.fileSize() == 0 && load.end() == ElfLoad.End.KEPT_PAGE;
            set(layout.program(), program, "p_offset", nowhere ? 0 : offset);
            set(layout.program(), program, "p_vaddr", load.vaddr());
            set(layout.program(), program, "p_paddr", load.paddr());
            set(layout.program(), program, "p_filesz", load.fileSize());
            set(layout.program(), program, "p_memsz", load.size());
            set(layout.program(), program, "p_flags", FLAGS_RWX);
            all.put(program);
            offset += load.fileSize();
        }
        return all.flip();
    }
}
