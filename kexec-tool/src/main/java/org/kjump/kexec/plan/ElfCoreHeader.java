package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The ELF header that a jumped-to kernel's /proc/vmcore is made from. Linux 2.6.27 needs the program headers directly
 * behind the ELF header and PT_NOTE first (fs/proc/vmcore.c). The notes are private copies behind the headers: those of
 * the old kernel lie in pages that the jump swaps away.
 */
final class ElfCoreHeader {
    private static final int HEADER = 52;
    private static final int PROGRAM_HEADER = 32;
    private static final int PRSTATUS_BYTES = 144;
    private static final int NT_PRSTATUS = 1;
    private static final long LOWMEM_END = 0x38000000;
    private static final int PAGE_OFFSET = 0xc0000000;

    private ElfCoreHeader() {}

    /** How much room the header for at most {@code loads} ranges and the notes needs. */
    static long size(int loads, String vmcoreInfo) {
        return HEADER + (long) PROGRAM_HEADER * (loads + 2) + notes(vmcoreInfo).remaining();
    }

    /**
     * @param memory whole pages that stay the old kernel's
     * @param paddr where the result will be
     */
    static ByteBuffer build(List<PaddrRange> memory, String vmcoreInfo, long paddr) {
        List<PaddrRange> loads = new ArrayList<>();
        for (PaddrRange range : memory) {
            loads.addAll(PaddrRange.within(List.of(range), new PaddrRange(0, LOWMEM_END)));
            loads.addAll(PaddrRange.within(List.of(range), new PaddrRange(LOWMEM_END, 1L << 32)));
        }
        ByteBuffer notes = notes(vmcoreInfo);
        int headers = HEADER + PROGRAM_HEADER * (loads.size() + 1);
        ByteBuffer out = ByteBuffer.allocate(headers + notes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1, 0}).putLong(0);
        out.putShort((short) 4)
                .putShort((short) 3)
                .putInt(1)
                .putInt(0)
                .putInt(HEADER)
                .putInt(0)
                .putInt(0);
        out.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) (loads.size() + 1));
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        programHeader(out, 4, new PaddrRange(paddr + headers, paddr + headers + notes.remaining()), 0, 0);
        for (PaddrRange load : loads) {
            int vaddr = load.start() < LOWMEM_END ? (int) load.start() + PAGE_OFFSET : -1;
            programHeader(out, 1, load, vaddr, 7);
        }
        return out.put(notes).flip();
    }

    private static void programHeader(ByteBuffer out, int type, PaddrRange range, int vaddr, int flags) {
        int start = (int) range.start();
        int size = (int) range.size();
        out.putInt(type)
                .putInt(start)
                .putInt(vaddr)
                .putInt(start)
                .putInt(size)
                .putInt(size)
                .putInt(flags)
                .putInt(0);
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
