package org.kjump.kexec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The smallest files of each kind that kexec takes, as their formats' documents have them. */
final class SmallFiles {
    private SmallFiles() {}

    /** Protocol 2.09, relocatable, aligned to 1 MiB, as Linux 2.6.27 has it. */
    static byte[] bzImage(int payload) {
        ByteBuffer image = ByteBuffer.allocate(5 * 512 + payload).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 4).putInt(0x1f4, payload / 16).putShort(0x1fe, (short) 0xaa55);
        image.put(0x200, (byte) 0xeb)
                .put(0x201, (byte) 0x56)
                .putInt(0x202, 0x53726448)
                .putShort(0x206, (short) 0x209);
        image.put(0x211, (byte) 1)
                .putInt(0x22c, 0x37ffffff)
                .putInt(0x230, 0x100000)
                .put(0x234, (byte) 1);
        image.putInt(0x238, 2047);
        return image.array();
    }

    /** A newc archive with one empty file (init) and its trailer. */
    static byte[] cpio() {
        return (member("init\0") + member("TRAILER!!!\0")).getBytes(StandardCharsets.US_ASCII);
    }

    private static String member(String name) {
        StringBuilder header = new StringBuilder("070701");
        int[] fields = {1, 0100755, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length(), 0};
        for (int field : fields) {
            header.append("%08x".formatted(field));
        }
        header.append(name);
        while (header.length() % 4 != 0) {
            header.append('\0');
        }
        return header.toString();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A program header of type PT_LOAD. */
    record Load(long paddr, long fileSize, long size) {}

    /** An i386 ELF file of {@code type} 2 (executable) or 4 (core); the loads' bytes are packed behind the headers, each its number. */
    static byte[] elf(int type, int entry, List<Load> loads) {
        int headers = 52 + 32 * loads.size();
        long length = headers + loads.stream().mapToLong(Load::fileSize).sum();
        ByteBuffer elf = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
        elf.putShort(16, (short) type)
                .putShort(18, (short) 3)
                .putInt(20, 1)
                .putInt(24, entry)
                .putInt(28, 52);
        elf.putShort(40, (short) 52).putShort(42, (short) 32).putShort(44, (short) loads.size());
        int offset = headers;
        for (int i = 0; i < loads.size(); i++) {
            int at = 52 + 32 * i;
            elf.putInt(at, 1).putInt(at + 4, offset).putInt(at + 12, (int)
                    loads.get(i).paddr());
            elf.putInt(at + 16, (int) loads.get(i).fileSize())
                    .putInt(at + 20, (int) loads.get(i).size());
            for (int j = 0; j < loads.get(i).fileSize(); j++) {
                elf.put(offset + j, (byte) (i + 1));
            }
            offset += (int) loads.get(i).fileSize();
        }
        return elf.array();
    }
}
