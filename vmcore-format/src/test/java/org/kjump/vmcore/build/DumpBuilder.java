package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.layout.Memory;

/**
 * An ELF core as a description: notes and loads in the order in which they are told. It writes the header words itself (System V ABI,
 * chapter 4 and 5), so that a mistake in the layouts under test is not made twice.
 */
public final class DumpBuilder {
    private static final int ET_CORE = 4;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int PN_XNUM = 0xffff;

    /** A load: {@code stored} bytes of {@code ram} from {@code paddr}; {@code size} in all. */
    private record Load(long paddr, long vaddr, long stored, long size, Memory ram) {}

    /** Where the number of program headers is told. */
    private enum Count {
        IN_HEADER,
        IN_SECTION
    }

    private final Target target;
    private final List<byte[]> notes = new ArrayList<>();
    private final List<Load> loads = new ArrayList<>();
    /** Class 64: also of a 32-bit machine with memory above 4 GiB. */
    private boolean wide;

    /** 0: right behind the header. */
    private long headersAt;

    private Count count = Count.IN_HEADER;
    /** 0: as long as it is. */
    private int headerSize;

    /** 0: behind the program headers. */
    private long sectionAt;

    private int flags;
    private int noteHeaders = 1;

    private DumpBuilder(Target target) {
        this.target = target;
        this.wide = target.wordBytes() == 8;
    }

    public static DumpBuilder core(Target target) {
        return new DumpBuilder(target);
    }

    /** A load that is stored whole. */
    public DumpBuilder load(long paddr, byte[] stored) {
        return load(paddr, 0, stored, stored.length);
    }

    /** A load whose first bytes are stored. */
    public DumpBuilder load(long paddr, long vaddr, byte[] stored, long size) {
        Ram ram = new Ram(target.order());
        ram.write(paddr, ByteBuffer.wrap(stored));
        return load(ram, paddr, vaddr, stored.length, size);
    }

    /** A load of some memory. */
    public DumpBuilder load(Memory ram, long paddr, long vaddr, long stored, long size) {
        loads.add(new Load(paddr, vaddr, stored, size, ram));
        wide |= paddr + size > 1L << 32;
        return this;
    }

    public DumpBuilder note(String name, int type, byte[] description) {
        notes.add(note(target.order(), name, type, description));
        return this;
    }

    /** A note as it stands in a file. */
    static byte[] note(ByteOrder order, String name, int type, byte[] description) {
        byte[] text = (name + "\0").getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = new byte[12 + padded(text.length) + padded(description.length)];
        ByteBuffer note = ByteBuffer.wrap(bytes).order(order);
        note.putInt(text.length).putInt(description.length).putInt(type);
        note.put(text).position(12 + padded(text.length)).put(description);
        return bytes;
    }

    public DumpBuilder vmcoreinfo(String text) {
        return note("VMCOREINFO", 0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Program headers elsewhere than right behind the header. */
    public DumpBuilder headersAt(long offset) {
        headersAt = offset;
        return this;
    }

    /** The number of program headers is told by section header 0, as files with 65535 or more of them do. */
    public DumpBuilder countInSection() {
        count = Count.IN_SECTION;
        return this;
    }

    /**
     * As QEMU since 6.2 writes it: class 64 for any guest, section headers in front of the program headers, the length of the ELF header
     * that of a pointer.
     */
    public DumpBuilder ofAHypervisor() {
        wide = true;
        headersAt = 64 + 64;
        headerSize = 8;
        sectionAt = 64;
        return this;
    }

    /** The writer ran out of space. */
    public DumpBuilder incomplete() {
        flags = 1;
        return this;
    }

    /** Without PT_NOTE. */
    public DumpBuilder withoutNotes() {
        noteHeaders = 0;
        return this;
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    private void word(ByteBuffer bytes, long value) {
        if (wide) {
            bytes.putLong(value);
        } else {
            bytes.putInt((int) value);
        }
    }

    /** The file. */
    public byte[] bytes() {
        int entry = wide ? 56 : 32;
        long first = headersAt == 0 ? wide ? 64 : 52 : headersAt;
        long programs = first + ((long) noteHeaders + loads.size()) * entry;
        long section = sectionAt == 0 ? programs : sectionAt;
        long notesAt = programs + (count == Count.IN_SECTION && sectionAt == 0 ? wide ? 64 : 40 : 0);
        int notesLength = notes.stream().mapToInt(note -> note.length).sum();
        long data = notesAt + notesLength;
        long size = data + loads.stream().mapToLong(Load::stored).sum();
        byte[] bytes = new byte[Math.toIntExact(size)];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(target.order());
        header(file, first, section);
        file.position((int) first);
        if (noteHeaders > 0) {
            program(file, PT_NOTE, notesAt, new Load(0, 0, notesLength, notesLength, new Ram(target.order())));
        }
        for (Load load : loads) {
            program(file, PT_LOAD, data, load);
            load.ram.read(load.paddr, file.slice((int) data, (int) load.stored).order(target.order()));
            data += load.stored;
        }
        if (count == Count.IN_SECTION) {
            file.position((int) section + (wide ? 44 : 28)).putInt(loads.size() + noteHeaders);
        }
        file.position((int) notesAt);
        notes.forEach(file::put);
        return bytes;
    }

    private void header(ByteBuffer file, long programs, long section) {
        file.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1)});
        file.put((byte) (target.order() == ByteOrder.LITTLE_ENDIAN ? 1 : 2)).put((byte) 1);
        file.position(16).putShort((short) ET_CORE).putShort((short) target.elfMachine());
        file.putInt(1);
        word(file, 0);
        word(file, programs);
        word(file, count == Count.IN_SECTION ? section : 0);
        file.putInt(flags)
                .putShort((short) (headerSize != 0 ? headerSize : wide ? 64 : 52))
                .putShort((short) (wide ? 56 : 32));
        file.putShort((short) (count == Count.IN_SECTION ? PN_XNUM : loads.size() + noteHeaders));
        if (count == Count.IN_SECTION) {
            file.putShort((short) (wide ? 64 : 40)).putShort((short) 1);
        }
    }

    private void program(ByteBuffer file, int type, long offset, Load load) {
        file.putInt(type);
        if (wide) {
            file.putInt(type == PT_LOAD ? 7 : 0);
        }
        word(file, offset);
        word(file, load.vaddr);
        word(file, load.paddr);
        word(file, load.stored);
        word(file, load.size);
        if (!wide) {
            file.putInt(type == PT_LOAD ? 7 : 0);
        }
        word(file, 0);
    }

    /** The file, in memory. */
    public ByteSource source() {
        return ByteSource.of("built", ByteBuffer.wrap(bytes()));
    }

    /** The file, opened. */
    public ElfCore open() {
        return new ElfCore(source());
    }
}
