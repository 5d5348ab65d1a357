package org.kjump.vmcore.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.layout.StructLayout;

/**
 * Writes an ELF core without the pages that a filter left out, as {@code makedumpfile -E} does: headers, notes, and the loads
 * packed one behind the other. A run of left-out pages ends a load and counts in its {@code p_memsz} only if it is long; a short
 * one is stored, so that the file does not drown in headers. It closes neither the image nor the sink. Not thread-safe.
 */
public final class ElfWriter {
    /** Runs of at least so many pages are left out (makedumpfile 1.7.2, {@code PFN_EXCLUDED}). */
    static final int RUN = 256;

    private static final int FLAGS_RWX = 7;
    /** Pages are read and written in pieces of so many. */
    private static final int CHUNK = 64;

    /** What a load ends at. The C tool gives {@code p_offset} 0 to an empty load only before a kept page. */
    private enum End {
        KEPT_PAGE,
        SEGMENT
    }

    /** A load of the output: {@code fileSize} bytes stored from {@code paddr}, {@code size} in all. */
    private record Load(long paddr, long vaddr, long fileSize, long size, End end) {}

    private final MemoryImage image;
    private final PfnSet kept;
    private final ElfLayout layout;
    private final List<Load> loads = new ArrayList<>();

    /**
     * Finds out what there is to write.
     *
     * @param kept the frames to store; not changed, and not to be changed until all is written
     * @throws VmcoreException if the image has no segments, as a kdump-compressed file has not
     */
    public ElfWriter(MemoryImage image, PfnSet kept) {
        this.image = image;
        this.kept = kept;
        this.layout =
                image.target().wordBytes() == 8 || image.segments().stream().anyMatch(ElfWriter::isHigh)
                        ? ElfLayout.ELF64
                        : ElfLayout.ELF32;
        if (image.segments().isEmpty()) {
            throw new VmcoreException("%s: an ELF core can be made of an ELF core only".formatted(image.name()));
        }
        image.segments().forEach(this::split);
    }

    /** Above 4 GiB, as PAE machines have memory: no address of a file of class 32. */
    private static boolean isHigh(Segment segment) {
        return segment.end() > 1L << 32;
    }

    /** How many frames are stored: those kept, and the short runs between them. */
    public long frames() {
        return loads.stream().mapToLong(this::frames).sum();
    }

    /** Writes the whole file. */
    public void write(ByteSink sink, Progress progress) throws IOException {
        contents(sink, headers(sink), progress);
    }

    private long frames(Load load) {
        long mask = image.target().pageSize() - 1L;
        return load.fileSize() == 0
                ? 0
                : (load.paddr() + load.fileSize() + mask >> image.target().pageShift())
                        - (load.paddr() >> image.target().pageShift());
    }

    private void split(Segment segment) {
        int shift = image.target().pageShift();
        long last = segment.end() + image.target().pageSize() - 1 >> shift;
        long start = segment.paddr();
        long storedEnd = start;
        for (long pfn = segment.paddr() >> shift; pfn < last; ) {
            long from = nextKept(pfn, last);
            boolean gap = from - pfn >= RUN || from == last;
            if (gap && from < last) {
                loads.add(load(segment, start, storedEnd, from << shift, End.KEPT_PAGE));
                start = from << shift;
            }
            if (from == last) {
                break;
            }
            pfn = nextLeftOut(from, last);
            storedEnd = Math.min(pfn << shift, segment.end());
        }
        loads.add(load(segment, start, Math.max(start, storedEnd), segment.end(), End.SEGMENT));
    }

    private long nextKept(long pfn, long end) {
        long next = kept.next(pfn);
        return next < 0 || next > end ? end : next;
    }

    private long nextLeftOut(long pfn, long end) {
        long next = pfn;
        while (next < end && kept.has(next)) {
            next++;
        }
        return next;
    }

    private static Load load(Segment segment, long start, long storedEnd, long end, End endsAt) {
        long vaddr =
                segment.vaddr() == Segment.UNMAPPED ? Segment.UNMAPPED : segment.vaddr() + (start - segment.paddr());
        return new Load(start, vaddr, storedEnd - start, end - start, endsAt);
    }

    private static void set(StructLayout layout, ByteBuffer bytes, String member, long value) {
        layout.field(member).setUnsigned(bytes, 0, value);
    }

    /** @return where the loads' bytes begin */
    private long headers(ByteSink sink) throws IOException {
        Target target = image.target();
        long count = loads.size() + 1L;
        boolean extended = count >= ElfLayout.PN_XNUM;
        long programs = layout.header().size();
        long sections = programs + count * layout.program().size();
        long notesAt = sections + (extended ? layout.section().size() : 0);
        ByteBuffer notes = Notes.bytes(image.notes(), target.order());
        long data = notesAt + notes.remaining();

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
        set(layout.header(), header, "e_ehsize", layout.header().size());
        set(layout.header(), header, "e_phentsize", layout.program().size());
        set(layout.header(), header, "e_phnum", Math.min(count, ElfLayout.PN_XNUM));
        if (extended) {
            set(layout.header(), header, "e_shoff", sections);
            set(layout.header(), header, "e_shentsize", layout.section().size());
            set(layout.header(), header, "e_shnum", 1);
            ByteBuffer section = layout.section().allocate().order(target.order());
            set(layout.section(), section, "sh_size", 1);
            set(layout.section(), section, "sh_info", count);
            sink.write(sections, section);
        }
        sink.write(0, header);
        sink.write(programs, programs(notesAt, notes.remaining(), data));
        sink.write(notesAt, notes);
        return data;
    }

    private ByteBuffer programs(long notesAt, int notesSize, long data) {
        ByteBuffer all = ByteBuffer.allocate(
                Math.toIntExact((loads.size() + 1L) * layout.program().size()));
        ByteBuffer note = layout.program().allocate().order(image.target().order());
        set(layout.program(), note, "p_type", ElfLayout.PT_NOTE);
        set(layout.program(), note, "p_offset", notesAt);
        set(layout.program(), note, "p_filesz", notesSize);
        set(layout.program(), note, "p_memsz", notesSize);
        all.put(note);
        long offset = data;
        for (Load load : loads) {
            ByteBuffer program =
                    layout.program().allocate().order(image.target().order());
            set(layout.program(), program, "p_type", ElfLayout.PT_LOAD);
            boolean nowhere = load.fileSize() == 0 && load.end() == End.KEPT_PAGE;
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

    private void contents(ByteSink sink, long data, Progress progress) throws IOException {
        long total = frames();
        long done = 0;
        long offset = data;
        int pageSize = image.target().pageSize();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * pageSize);
        for (Load load : loads) {
            long at = load.paddr();
            long end = load.paddr() + load.fileSize();
            while (at < end) {
                chunk.clear();
                int skip = (int) (at & pageSize - 1);
                while (chunk.hasRemaining() && at < end) {
                    page(at >> image.target().pageShift(), chunk);
                    at = (at | pageSize - 1) + 1;
                    done++;
                }
                int over = (int) Math.max(0, at - end);
                chunk.flip().position(skip).limit(chunk.limit() - over);
                int length = chunk.remaining();
                sink.write(offset, chunk);
                offset += length;
                progress.at(done, total);
            }
        }
    }

    /** A page that the dump does not have, in a short run, is stored as zeros. */
    private void page(long pfn, ByteBuffer chunk) {
        PageState state = image.read(pfn, chunk);
        if (state != PageState.PRESENT && state != PageState.ZERO) {
            chunk.put(new byte[image.target().pageSize()]);
        }
    }
}
