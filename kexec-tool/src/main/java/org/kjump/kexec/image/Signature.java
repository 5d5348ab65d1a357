package org.kjump.kexec.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.kjump.vmcore.io.ByteSource;

/** What files that cannot be loaded begin with, and what to do with them. */
record Signature(String magic, int offset, String meaning) {
    private static final int PROBED = 1024;

    private static final List<Signature> KNOWN = List.of(
            new Signature("KDUMP   ", 0, "a kdump-compressed dump: makedumpfile -E writes dumps as ELF"),
            new Signature("DISKDUMP", 0, "a diskdump: makedumpfile -E writes dumps as ELF"),
            new Signature("makedumpfile\0", 0, "a flattened dump: makedumpfile -R makes it a plain one"),
            new Signature("070701", 0, "a cpio archive: an initramfs goes into --initrd"),
            new Signature("070702", 0, "a cpio archive: an initramfs goes into --initrd"),
            new Signature("\u00fd7zXZ\0", 0, "a file compressed with xz: unpack it first"),
            new Signature("(\u00b5/\u00fd", 0, "a file compressed with zstd: unpack it first"),
            new Signature("BZh", 0, "a file compressed with bzip2: unpack it first"),
            new Signature("6\u0013\u0003\u001b", 0, "an nbi image, which is not supported"),
            new Signature("MZ", 0, "an EFI or DOS program"));

    /** One phrase: what was found, and what is expected. */
    static String describe(ByteSource file) {
        ByteBuffer start = ByteBuffer.allocate(PROBED).order(ByteOrder.LITTLE_ENDIAN);
        int length = file.read(0, start);
        byte[] bytes = Arrays.copyOf(start.array(), length);
        if (length == PROBED && start.getInt(0x202) == BzImage.HEADER_MAGIC) {
            return setupHeader(start);
        }
        for (Signature signature : KNOWN) {
            if (signature.matches(bytes)) {
                return signature.meaning + " (bzImage or i386 ELF expected)";
            }
        }
        return "bzImage or i386 ELF expected, %d bytes found that begin with %s"
                .formatted(file.size(), beginning(bytes));
    }

    /** There is a setup header, so this is an x86 kernel, but not one for us. */
    private static String setupHeader(ByteBuffer start) {
        if (Short.toUnsignedInt(start.getShort(0x1fe)) != BzImage.BOOT_FLAG) {
            return "boot flag at offset 0x1fe: 0xaa55 expected, 0x%04x found".formatted(start.getShort(0x1fe));
        }
        if (Short.toUnsignedInt(start.getShort(0x206)) < BzImage.OLDEST_PROTOCOL) {
            return "boot protocol at offset 0x206: 2.00 or later expected, 0x%04x found"
                    .formatted(start.getShort(0x206));
        }
        return "a zImage, which loads low: a bzImage is expected (loadflags bit 0 at offset 0x211)";
    }

    boolean matches(byte[] bytes) {
        byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length >= offset + wanted.length
                && Arrays.equals(bytes, offset, offset + wanted.length, wanted, 0, wanted.length);
    }

    private static String beginning(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            hex.append("%02x".formatted(bytes[i]));
        }
        return hex.toString();
    }
}
