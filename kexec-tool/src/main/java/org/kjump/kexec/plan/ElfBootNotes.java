package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The block of notes that an ELF program finds its arguments in (kexec-tools 2.0.32, elf_boot). */
final class ElfBootNotes {
    private static final int MAGIC = 0x0e1fb007;
    private static final int HEADER = 12;
    private static final int NOTE_HEADER = 12;
    private static final int LOADER_NAME = 2;
    private static final int LOADER_VERSION = 3;
    private static final int COMMAND_LINE = 4;

    private ElfBootNotes() {}

    static ByteBuffer of(String commandLine) {
        byte[] name = text("kexec");
        byte[] version = text("kjump 0.1.0");
        byte[] line = text(commandLine);
        int size = HEADER + 3 * NOTE_HEADER + padded(name.length) + padded(version.length) + padded(line.length);
        ByteBuffer block = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(MAGIC).putInt(size).putShort((short) 0).putShort((short) 3);
        note(block, LOADER_NAME, name);
        note(block, LOADER_VERSION, version);
        note(block, COMMAND_LINE, line);
        return block.putShort(8, checksum(block.flip()));
    }

    private static void note(ByteBuffer block, int type, byte[] text) {
        block.putInt(0).putInt(text.length).putInt(type).put(text);
        block.put(new byte[padded(text.length) - text.length]);
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int padded(int length) {
        return length + 3 & -4;
    }

    /** The one's complement sum of IP (RFC 1071). */
    private static short checksum(ByteBuffer block) {
        int sum = 0;
        for (int at = 0; at < block.limit(); at += 2) {
            sum += Short.toUnsignedInt(block.getShort(at));
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
