package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code struct boot_params} and the command line behind it: the setup segment. */
final class BootParams {
    /** Room behind the command line for what the purgatory appends: 33 characters and NUL. */
    private static final int SPARE = 64;

    private static final int SETUP_HEADER = 0x1f1;
    /** As the C tool copies: up to 0x270. */
    private static final int HEADER_COPIED = 0x7f;

    private static final int E820_MAX = 128;
    private static final int E820_TABLE = 0x2d0;
    private static final int KEXEC_LOADER = 0xd0;

    private final int commandLineOffset;
    private final byte[] commandLine;
    private final ByteBuffer bytes;

    BootParams(LinuxKernel kernel, String commandLine) {
        this.commandLine = commandLine.getBytes(StandardCharsets.ISO_8859_1);
        commandLineOffset = kernel.commandLineOffset();
        bytes = ByteBuffer.allocate(size()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer header = kernel.setupHeader();
        bytes.put(SETUP_HEADER, header, 0, Math.min(header.limit(), HEADER_COPIED));
        screen();
        bytes.putShort(0x1f2, (short) 0xffff).putShort(0x1fc, (short) 0x300).put(0x210, (byte) KEXEC_LOADER);
        bytes.put(commandLineOffset, this.commandLine);
    }

    int size() {
        return commandLineOffset + commandLine.length + 1 + SPARE;
    }

    /** The address of the command line's NUL. */
    long commandLineEnd(long paddr) {
        return paddr + commandLineOffset + commandLine.length;
    }

    ByteBuffer at(long paddr, long kernel) {
        bytes.putShort(0x20, (short) 0xa33f).putShort(0x22, (short) commandLineOffset);
        bytes.putInt(0x214, (int) kernel).putInt(0x228, (int) paddr + commandLineOffset);
        return bytes.asReadOnlyBuffer();
    }

    void initrd(PaddrRange range, long size) {
        bytes.putInt(0x218, (int) range.start()).putInt(0x21c, (int) size);
    }

    void e820(List<MemoryMap.Entry> map) {
        if (map.size() > E820_MAX) {
            throw new PlanException("memory map: at most %d entries, %d found".formatted(E820_MAX, map.size()));
        }
        bytes.put(0x1e8, (byte) map.size());
        for (int i = 0; i < map.size(); i++) {
            PaddrRange range = map.get(i).range();
            int entry = E820_TABLE + 20 * i;
            bytes.putLong(entry, range.start()).putLong(entry + 8, range.size());
            bytes.putInt(entry + 16, map.get(i).kind().e820());
            if (map.get(i).kind() == MemoryMap.Kind.RAM && range.start() <= 0x100000 && range.end() > 0x100001) {
                int kib = (int) (((range.end() - 1) >> 10) - 1024);
                bytes.putInt(0x1e0, kib).putShort(2, (short) Math.min(kib, 0xfc00));
            }
        }
    }

    /** As {@code -d} prints the table. */
    List<String> e820Lines(List<MemoryMap.Entry> map) {
        return map.stream()
                .map(entry -> "%016x-%016x (%d)"
                        .formatted(
                                entry.range().start(),
                                entry.range().end() - 1,
                                entry.kind().e820()))
                .toList();
    }

    /** Where the first node of setup_data is. */
    void setupData(long paddr) {
        bytes.putLong(0x250, paddr);
    }

    /** An 80 by 25 text screen. */
    private void screen() {
        bytes.put(0x07, (byte) 80).put(0x0e, (byte) 25).put(0x0f, (byte) 1).putShort(0x10, (short) 16);
    }
}
