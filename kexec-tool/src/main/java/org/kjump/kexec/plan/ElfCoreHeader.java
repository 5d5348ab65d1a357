package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The ELF header that a new kernel's /proc/vmcore is made from. Linux 2.6.27 needs the program headers directly behind the ELF header
 * and PT_NOTE first (fs/proc/vmcore.c). The notes are private copies behind the headers: those of the old kernel lie in pages that a
 * jump swaps away.
 */
record ElfCoreHeader(ByteBuffer bytes, List<String> debugLines) {
    private static final int HEADER = 52;
    private static final int PROGRAM_HEADER = 32;
    private static final int PRSTATUS_BYTES = 144;
    private static final int NT_PRSTATUS = 1;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int RWX = 7;
    private static final long LOWMEM_END = 0x38000000;
    private static final long PAGE_OFFSET = 0xc0000000L;
    private static final long NOWHERE = 0xffffffffL;

    /** Memory of the old kernel, and where it is now. */
    record Load(PaddrRange range, long offset) {}

    /** How much room the header for at most {@code loads} ranges and the notes needs. */
    static long size(int loads, String vmcoreInfo) {
        return HEADER + (long) PROGRAM_HEADER * (loads + 2) + notes(vmcoreInfo).remaining();
    }

    /** @param paddr where the result will be */
    static ElfCoreHeader of(List<Load> memory, String vmcoreInfo, long paddr) {
        List<Load> loads = new ArrayList<>();
        for (Load load : memory) {
            for (PaddrRange half : List.of(new PaddrRange(0, LOWMEM_END), new PaddrRange(LOWMEM_END, 1L << 32))) {
                PaddrRange.within(List.of(load.range()), half)
                        .forEach(range -> loads.add(new Load(
                                range,
                                load.offset() + range.start() - load.range().start())));
            }
        }
        ByteBuffer notes = notes(vmcoreInfo);
        int headers = HEADER + PROGRAM_HEADER * (loads.size() + 1);
        ByteBuffer out = ByteBuffer.allocate(headers + notes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        header(out, loads.size() + 1);
        List<String> lines = new ArrayList<>();
        Load noteLoad = new Load(new PaddrRange(paddr + headers, paddr + headers + notes.remaining()), paddr + headers);
        lines.add("vmcoreinfo header: " + programHeader(out, PT_NOTE, noteLoad, 0, 0));
        for (Load load : loads) {
            long start = load.range().start();
            long vaddr = start < LOWMEM_END ? start + PAGE_OFFSET : NOWHERE;
            lines.add("Elf header: " + programHeader(out, PT_LOAD, load, vaddr, RWX));
        }
        return new ElfCoreHeader(out.put(notes).flip(), List.copyOf(lines));
    }

    private static void header(ByteBuffer out, int programHeaders) {
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1, 0}).putLong(0);
        out.putShort((short) 4)
                .putShort((short) 3)
                .putInt(1)
                .putInt(0)
                .putInt(HEADER)
                .putInt(0)
                .putInt(0);
        out.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) programHeaders);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    }

    /** @return what {@code -d} says of it */
    private static String programHeader(ByteBuffer out, int type, Load load, long vaddr, int flags) {
        long start = load.range().start();
        long size = load.range().size();
        out.putInt(type)
                .putInt((int) load.offset())
                .putInt((int) vaddr)
                .putInt((int) start)
                .putInt((int) size)
                .putInt((int) size)
                .putInt(flags)
                .putInt(0);
        return "p_type = %d, p_offset = 0x%x p_paddr = 0x%x p_vaddr = 0x%x p_filesz = 0x%x p_memsz = 0x%x"
                .formatted(type, load.offset(), start, vaddr, size, size);
    }

    private static ByteBuffer notes(String vmcoreInfo) {
        byte[] text = vmcoreInfo.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer notes = ByteBuffer.allocate(12 + 8 + PRSTATUS_BYTES + 12 + 12 + ((text.length + 3) & ~3))
                .order(ByteOrder.LITTLE_ENDIAN);
        note(notes, "CORE", NT_PRSTATUS, new byte[PRSTATUS_BYTES]);
        if (text.length > 0) {
            note(notes, "VMCOREINFO", 0, text);
        }
        return notes.flip();
    }

    private static void note(ByteBuffer out, String name, int type, byte[] content) {
        out.putInt(name.length() + 1).putInt(content.length).putInt(type);
        out.put(name.getBytes(StandardCharsets.US_ASCII)).put(new byte[4 - name.length() % 4]);
        out.put(content).put(new byte[-content.length & 3]);
    }
}
