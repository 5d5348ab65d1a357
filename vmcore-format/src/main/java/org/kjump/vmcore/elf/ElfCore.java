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
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.Extents;

/**
 * An ELF core of a kernel, as /proc/vmcore, {@code makedumpfile -E} and hypervisors (QEMU and libvirt {@code dump-guest-memory}, with
 * and without paging) give it: 32 and 64 bit, both byte orders, loads at any offset, in any order, overlapping. A frame of which some
 * bytes are in a load is present; bytes of it that no load has are zero. Of loads with bytes for one address the first counts, and one
 * with bytes counts before one without. Pages have the size that VMCOREINFO says, 4 KiB if there is none. Safe for use by many threads.
 */
public final class ElfCore implements MemoryImage {
    /** No note segment of a real dump comes near it. */
    private static final long NOTES_MAX = 64L << 20;
    /** The widest physical addresses: 52 bits on x86_64 and arm64. */
    private static final long PADDR_LIMIT = 1L << 52;
    /** In {@code e_flags}: makedumpfile ran out of space. */
    private static final long INCOMPLETE = 1;

    private static final int PAGE_SHIFT_MIN = 12;
    private static final int PAGE_SHIFT_MAX = 16;

    private final ByteSource file;
    private final Target target;
    private final List<Segment> segments;
    private final List<Note> notes;
    private final Extents stored;
    private final Extents known;
    private final long pfnLimit;
    private final boolean incomplete;

    /** Takes {@code file} over: closing this closes it. */
    public ElfCore(ByteSource file) {
        this.file = file;
        ElfFile elf = ElfFile.of(file);
        if (elf.type() != ElfFile.ET_CORE) {
            throw bad("type at offset 16", "4, a core", elf.type());
        }
        this.incomplete = (elf.flags() & INCOMPLETE) != 0;
        this.notes = notes(elf);
        // A PAE machine with memory above 4 GiB has 32-bit words and cores of class 64; QEMU writes such for any i386
        // guest.
        boolean narrow = elf.machine() == Target.EM_386 || elf.machine() == Target.EM_486;
        this.target = new Target(elf.machine(), narrow ? 4 : elf.wordBytes(), elf.order(), pageShift());
        List<Segment> loads = new ArrayList<>();
        List<Extents.Stretch> bytes = new ArrayList<>();
        List<Extents.Stretch> memory = new ArrayList<>();
        for (ProgramHeader header : elf.programHeaders()) {
            // /proc/kcore has loads without a physical address.
            if (header.type() == ProgramHeader.PT_LOAD && header.paddr() != -1) {
                Segment load = load(header);
                loads.add(load);
                bytes.add(new Extents.Stretch(load.paddr(), load.paddr() + load.fileSize(), header.offset()));
                memory.add(new Extents.Stretch(load.paddr(), load.end(), load.paddr()));
            }
        }
        if (loads.isEmpty()) {
            throw new VmcoreException("%s: no PT_LOAD among its program headers".formatted(file.name()));
        }
        this.segments = List.copyOf(loads);
        this.stored = Extents.of(bytes);
        this.known = Extents.of(memory);
        this.pfnLimit = known.end() + target.pageSize() - 1 >> target.pageShift();
    }

    /** Whether a file begins as an ELF file does. */
    public static boolean recognises(ByteSource file) {
        return ElfFile.recognises(file);
    }

    private VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    private VmcoreException cut(ProgramHeader header) {
        return new VmcoreException("%s: cut: program header wants 0x%x bytes at offset 0x%x, the file has 0x%x"
                .formatted(file.name(), header.fileSize(), header.offset(), file.size()));
    }

    private List<Note> notes(ElfFile elf) {
        List<Note> all = new ArrayList<>();
        long length = 0;
        for (ProgramHeader header : elf.programHeaders()) {
            if (header.type() == ProgramHeader.PT_NOTE) {
                if (!header.isInside(file.size())) {
                    throw cut(header);
                }
                length += header.fileSize();
                if (length > Math.min(NOTES_MAX, file.size())) {
                    throw bad("PT_NOTE", "at most " + NOTES_MAX + " bytes, each once", length);
                }
                ByteBuffer bytes = ByteBuffer.allocate((int) header.fileSize()).order(elf.order());
                file.readFully(header.offset(), bytes);
                all.addAll(Notes.parse(bytes.flip()));
            }
        }
        return List.copyOf(all);
    }

    private int pageShift() {
        String size = VmcoreInfo.of(file.name(), notes)
                .flatMap(info -> info.text("PAGESIZE"))
                .orElse("");
        for (int shift = PAGE_SHIFT_MIN; shift <= PAGE_SHIFT_MAX; shift++) {
            if (size.equals(Integer.toString(1 << shift))) {
                return shift;
            }
        }
        return PAGE_SHIFT_MIN;
    }

    private Segment load(ProgramHeader header) {
        long paddr = header.paddr();
        long size = header.size();
        long length = header.fileSize();
        if (size < length || paddr < 0 || paddr >= PADDR_LIMIT || size < 0 || size > PADDR_LIMIT - paddr) {
            throw bad(
                    "PT_LOAD", "p_filesz <= p_memsz, below 2^52", "0x%x, 0x%x at 0x%x".formatted(length, size, paddr));
        }
        if (!header.isInside(file.size())) {
            if (!incomplete || header.offset() < 0 || length < 0) {
                throw cut(header);
            }
            length = Math.max(0, file.size() - header.offset());
        }
        return new Segment(paddr, header.vaddr(), length, size);
    }

    /** Whether its writer ran out of space: what is missing at its end is excluded. */
    public boolean incomplete() {
        return incomplete;
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
        return pfnLimit;
    }

    @Override
    public PageState state(long pfn) {
        if (pfn < 0 || pfn >= pfnLimit) {
            return PageState.ABSENT;
        }
        long start = pfn << target.pageShift();
        long end = start + target.pageSize();
        if (stored.touches(start, end)) {
            return PageState.PRESENT;
        }
        return known.touches(start, end) ? PageState.EXCLUDED : PageState.ABSENT;
    }

    @Override
    public long nextReadable(long pfn) {
        return pfn >= pfnLimit ? -1 : stored.next(Math.max(0, pfn) << target.pageShift()) >> target.pageShift();
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        if (state == PageState.PRESENT) {
            stored.read(file, pfn << target.pageShift(), page, target.pageSize());
        }
        return state;
    }

    @Override
    public void read(long pfn, int count, ByteBuffer pages) {
        long start = pfn << target.pageShift();
        int length = Math.multiplyExact(count, target.pageSize());
        if (pfn < 0 || pfn >= pfnLimit || !stored.isOnePiece(start, start + length)) {
            MemoryImage.super.read(pfn, count, pages);
        } else {
            stored.read(file, start, pages, length);
        }
    }

    @Override
    public List<Note> notes() {
        return notes;
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    @Override
    public void close() {
        file.close();
    }
}
