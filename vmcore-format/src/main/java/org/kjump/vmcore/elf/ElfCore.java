package org.kjump.vmcore.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
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
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int ET_CORE = 4;
    private static final int PN_XNUM = 0xffff;
    /** No note segment of a real dump comes near it. */
    private static final long NOTES_MAX = 64L << 20;

    private record Load(long paddr, long vaddr, long offset, long fileSize, long size) {
        long fileEnd() {
            return paddr + fileSize;
        }
    }

    private final ByteSource file;
    private final ByteOrder order;
    private final boolean wide;
    private final Target target;
    private final List<Load> loads = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    /** Takes {@code file} over: closing this closes it. */
    public ElfCore(ByteSource file) {
        this.file = file;
        ByteBuffer ident = read(0, 16);
        if (ident.getInt(0) != 0x7f454c46) {
            throw bad("magic at offset 0", "7f 45 4c 46", "%08x".formatted(ident.getInt(0)));
        }
        this.wide = ident.get(4) == 2;
        if (ident.get(4) != 1 && !wide) {
            throw bad("class at offset 4", "1 or 2", ident.get(4));
        }
        if (ident.get(5) != 1 && ident.get(5) != 2) {
            throw bad("byte order at offset 5", "1 or 2", ident.get(5));
        }
        this.order = ident.get(5) == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer header = read(0, wide ? 64 : 52);
        if (header.getShort(16) != ET_CORE) {
            throw bad("type at offset 16", "4, a core", header.getShort(16));
        }
        this.target = new Target(header.getShort(18) & 0xffff, wide ? 8 : 4, order, 12);
        programHeaders(header);
        if (loads.isEmpty()) {
            throw new VmcoreException("%s: no PT_LOAD among its program headers".formatted(file.name()));
        }
    }

    /** Whether a file begins as an ELF file does. */
    public static boolean recognises(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(4);
        return file.read(0, magic) == 4 && magic.getInt(0) == 0x7f454c46;
    }

    private VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    private ByteBuffer read(long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(order == null ? ByteOrder.BIG_ENDIAN : order);
        file.readFully(offset, bytes);
        return bytes;
    }

    private void programHeaders(ByteBuffer header) {
        long offset = wide ? header.getLong(32) : header.getInt(28) & 0xffffffffL;
        long count = header.getShort(wide ? 56 : 44) & 0xffff;
        int size = wide ? 56 : 32;
        if ((header.getShort(wide ? 54 : 42) & 0xffff) != size) {
            throw bad("e_phentsize", Integer.toString(size), header.getShort(wide ? 54 : 42) & 0xffff);
        }
        if (count == PN_XNUM) {
            long section = wide ? header.getLong(40) : header.getInt(32) & 0xffffffffL;
            count = read(section, wide ? 64 : 40).getInt(wide ? 44 : 28) & 0xffffffffL;
        }
        if (offset < 0 || offset > file.size() || count * size > file.size() - offset) {
            throw bad("program headers", count + " at offset " + offset, file.size() + " bytes in the file");
        }
        for (long i = 0; i < count; i++) {
            programHeader(read(offset + i * size, size));
        }
    }

    private void programHeader(ByteBuffer header) {
        int type = header.getInt(0);
        long offset = wide ? header.getLong(8) : header.getInt(4) & 0xffffffffL;
        long vaddr = wide ? header.getLong(16) : header.getInt(8) & 0xffffffffL;
        long paddr = wide ? header.getLong(24) : header.getInt(12) & 0xffffffffL;
        long fileSize = wide ? header.getLong(32) : header.getInt(16) & 0xffffffffL;
        long size = wide ? header.getLong(40) : header.getInt(20) & 0xffffffffL;
        if (type != PT_LOAD && type != PT_NOTE) {
            return;
        }
        if (offset < 0 || fileSize < 0 || offset > file.size() || fileSize > file.size() - offset) {
            throw new VmcoreException("%s: cut: program header wants 0x%x bytes at offset 0x%x, the file has 0x%x"
                    .formatted(file.name(), fileSize, offset, file.size()));
        }
        if (type == PT_NOTE) {
            notes(offset, fileSize);
        } else if (paddr != -1) {
            if (size < fileSize || paddr < 0 || paddr > Long.MAX_VALUE - size || paddr + size >= 1L << 49) {
                throw bad(
                        "PT_LOAD",
                        "p_filesz <= p_memsz, below 2^49",
                        "0x%x, 0x%x at 0x%x".formatted(fileSize, size, paddr));
            }
            loads.add(new Load(paddr, wide || vaddr != 0xffffffffL ? vaddr : Segment.UNMAPPED, offset, fileSize, size));
        }
    }

    private void notes(long offset, long length) {
        if (length > NOTES_MAX) {
            throw bad("PT_NOTE", "at most " + NOTES_MAX + " bytes", length);
        }
        ByteBuffer bytes = read(offset, (int) length);
        int at = 0;
        while (at + 12 <= bytes.capacity()) {
            long nameSize = bytes.getInt(at) & 0xffffffffL;
            long size = bytes.getInt(at + 4) & 0xffffffffL;
            long start = at + 12 + (nameSize + 3 & ~3L);
            if (start + size > bytes.capacity()) {
                break; // what is left is no note: a buffer that was never filled
            }
            if (nameSize > 0) {
                String name = StandardCharsets.ISO_8859_1
                        .decode(bytes.slice(at + 12, (int) nameSize - 1))
                        .toString();
                notes.add(new Note(name, bytes.getInt(at + 8), bytes.slice((int) start, (int) size)));
            }
            at = (int) Math.min(bytes.capacity(), start + (size + 3 & ~3L));
        }
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
        return loads.stream()
                .mapToLong(load -> load.paddr() + load.size() + target.pageSize() - 1 >> target.pageShift())
                .max()
                .orElse(0);
    }

    @Override
    public PageState state(long pfn) {
        long start = pfn << target.pageShift();
        long end = start + target.pageSize();
        PageState state = PageState.ABSENT;
        for (Load load : loads) {
            if (load.paddr() < end && load.fileEnd() > start) {
                return PageState.PRESENT;
            }
            if (load.paddr() < end && load.paddr() + load.size() > start) {
                state = PageState.EXCLUDED;
            }
        }
        return state;
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        if (state != PageState.PRESENT) {
            return state;
        }
        long start = pfn << target.pageShift();
        int base = page.position();
        page.put(new byte[target.pageSize()]);
        for (Load load : loads) {
            long from = Math.max(start, load.paddr());
            long to = Math.min(start + target.pageSize(), load.fileEnd());
            if (from < to) {
                ByteBuffer part =
                        page.duplicate().position(base + (int) (from - start)).limit(base + (int) (to - start));
                file.readFully(load.offset() + from - load.paddr(), part);
            }
        }
        return state;
    }

    @Override
    public List<Note> notes() {
        return List.copyOf(notes);
    }

    @Override
    public List<Segment> segments() {
        return loads.stream()
                .map(load -> new Segment(load.paddr(), load.vaddr(), load.fileSize(), load.size()))
                .toList();
    }

    @Override
    public void close() {
        file.close();
    }
}
