package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 * offset. A frame of which some bytes are in a load is present; bytes of it that no load has are zero.
 */
public final class ElfCore implements MemoryImage {
    /** No note segment of a real dump comes near it. */
    private static final long NOTES_MAX = 64L << 20;

    private final ByteSource file;
    private final ByteOrder order;
    private final ElfLayout layout;
    private final Target target;
    private final List<Segment> segments = new ArrayList<>();
    private final Extents extents = new Extents();
    private final List<Note> notes = new ArrayList<>();

    /** Takes {@code file} over: closing this closes it. */
    public ElfCore(ByteSource file) {
        this.file = file;
        ByteBuffer ident = read(0, 16);
        if (ident.getInt(0) != ElfLayout.MAGIC) {
            throw bad("magic at offset 0", "7f 45 4c 46", "%08x".formatted(ident.getInt(0)));
        }
        if (ident.get(4) != 1 && ident.get(4) != 2) {
            throw bad("class at offset 4", "1 or 2", ident.get(4));
        }
        this.layout = ident.get(4) == 1 ? ElfLayout.ELF32 : ElfLayout.ELF64;
        if (ident.get(5) != 1 && ident.get(5) != 2) {
            throw bad("byte order at offset 5", "1 or 2", ident.get(5));
        }
        this.order = ident.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer header = read(0, layout.header().size());
        long type = layout.header().field("e_type").unsigned(header, 0);
        if (type != ElfLayout.ET_CORE) {
            throw bad("type at offset 16", "4, a core", type);
        }
        int machine = (int) layout.header().field("e_machine").unsigned(header, 0);
        // A PAE machine with memory above 4 GiB has 32-bit words and cores of class 64.
        boolean narrow = ident.get(4) == 1 || machine == Target.EM_386 || machine == Target.EM_486;
        this.target = new Target(machine, narrow ? 4 : 8, order, 12);
        programHeaders(header);
        if (segments.isEmpty()) {
            throw new VmcoreException("%s: no PT_LOAD among its program headers".formatted(file.name()));
        }
    }

    /** Whether a file begins as an ELF file does. */
    public static boolean recognises(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(4);
        return file.read(0, magic) == 4 && magic.getInt(0) == ElfLayout.MAGIC;
    }

    private VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    private ByteBuffer read(long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(order == null ? ByteOrder.BIG_ENDIAN : order);
        file.readFully(offset, bytes);
        return bytes.flip();
    }

    private void programHeaders(ByteBuffer header) {
        long offset = layout.header().field("e_phoff").unsigned(header, 0);
        long count = layout.header().field("e_phnum").unsigned(header, 0);
        long size = layout.header().field("e_phentsize").unsigned(header, 0);
        if (size != layout.program().size()) {
            throw bad("e_phentsize", Integer.toString(layout.program().size()), size);
        }
        if (count == ElfLayout.PN_XNUM) {
            ByteBuffer section = read(
                    layout.header().field("e_shoff").unsigned(header, 0),
                    layout.section().size());
            count = layout.section().field("sh_info").unsigned(section, 0);
        }
        if (offset < 0 || offset > file.size() || count * size > file.size() - offset) {
            throw bad("program headers", count + " at offset " + offset, file.size() + " bytes in the file");
        }
        for (long i = 0; i < count; i++) {
            programHeader(read(offset + i * size, (int) size));
        }
    }

    /** An all-ones address of a 32-bit file is all ones in 64 bits, too. */
    private long address(ByteBuffer header, String member) {
        long address = layout.program().field(member).unsigned(header, 0);
        return layout.equals(ElfLayout.ELF32) && address == 0xffffffffL ? -1 : address;
    }

    private void programHeader(ByteBuffer header) {
        long type = layout.program().field("p_type").unsigned(header, 0);
        if (type != ElfLayout.PT_LOAD && type != ElfLayout.PT_NOTE) {
            return;
        }
        long offset = layout.program().field("p_offset").unsigned(header, 0);
        long fileSize = layout.program().field("p_filesz").unsigned(header, 0);
        long size = layout.program().field("p_memsz").unsigned(header, 0);
        long paddr = address(header, "p_paddr");
        if (offset < 0 || fileSize < 0 || offset > file.size() || fileSize > file.size() - offset) {
            throw new VmcoreException("%s: cut: program header wants 0x%x bytes at offset 0x%x, the file has 0x%x"
                    .formatted(file.name(), fileSize, offset, file.size()));
        }
        if (type == ElfLayout.PT_NOTE) {
            notes(offset, fileSize);
        } else if (paddr != -1) { // /proc/kcore has such loads
            if (size < fileSize || paddr < 0 || paddr > Long.MAX_VALUE - size || paddr + size >= 1L << 49) {
                throw bad(
                        "PT_LOAD",
                        "p_filesz <= p_memsz, below 2^49",
                        "0x%x, 0x%x at 0x%x".formatted(fileSize, size, paddr));
            }
            segments.add(new Segment(paddr, address(header, "p_vaddr"), fileSize, size));
            extents.add(paddr, offset, fileSize, size);
        }
    }

    private void notes(long offset, long length) {
        if (length > NOTES_MAX) {
            throw bad("PT_NOTE", "at most " + NOTES_MAX + " bytes", length);
        }
        notes.addAll(Notes.parse(read(offset, (int) length)));
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
