package org.kjump.kexec.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.kjump.vmcore.io.ByteSource;

/**
 * The C tool takes any file for an initrd, and a damaged one is noticed by the new kernel: too late. What Linux unpacks itself (cpio,
 * plain or in gzip) is read to its end; of what else kernels accept only the beginning is looked at (init/initramfs.c,
 * init/do_mounts_rd.c, lib/decompress.c of Linux 6.1).
 */
public final class Initrd {
    private static final int PROBED = 0x440;
    private static final int CPIO_HEADER = 110;
    private static final String TRAILER = "TRAILER!!!\0";
    private static final int NAME_MAX = 4096;

    private static final List<Signature> OTHERS = List.of(
            new Signature("BZh", 0, "bzip2"),
            new Signature("]\0\0", 0, "lzma"),
            new Signature("\u00fd7zXZ\0", 0, "xz"),
            new Signature("\u0089LZO", 0, "lzo"),
            new Signature("\u0002!L\u0018", 0, "lz4"),
            new Signature("(\u00b5/\u00fd", 0, "zstd"),
            new Signature("-rom1fs-", 0, "romfs"),
            new Signature("hsqs", 0, "squashfs"),
            new Signature("E=\u00cd(", 0, "cramfs"),
            new Signature("\u007f\u0013", 0x410, "minix"),
            new Signature("S\u00ef", 0x438, "ext2"));

    private final ByteSource file;

    private Initrd(ByteSource file) {
        this.file = file;
    }

    /** @throws ForeignFileException if no kernel could make a root file system of it */
    public static void requireUsable(ByteSource file) {
        new Initrd(file).check();
    }

    private void check() {
        ByteBuffer start = ByteBuffer.allocate(PROBED);
        int length = file.read(0, start);
        byte[] bytes = Arrays.copyOf(start.array(), length);
        try {
            if (startsWith(bytes, "\u001f\u008b")) {
                requireCpio(new GZIPInputStream(new SourceStream(file)));
            } else if (startsWith(bytes, "07070")) {
                requireCpio(new SourceStream(file));
            } else if (OTHERS.stream().noneMatch(known -> known.matches(bytes))) {
                throw new IOException("a cpio archive, plain or compressed, is expected");
            }
        } catch (IOException e) {
            throw new ForeignFileException(file.name(), "as initrd: " + e.getMessage());
        }
    }

    private static boolean startsWith(byte[] bytes, String magic) {
        return new Signature(magic, 0, "").matches(bytes);
    }

    /** At least one archive up to its trailer; what is behind it is zeros or another archive. */
    private static void requireCpio(InputStream in) throws IOException {
        long at = 0;
        try {
            while (true) {
                byte[] header = in.readNBytes(CPIO_HEADER);
                String magic = new String(header, 0, Math.min(6, header.length), StandardCharsets.ISO_8859_1);
                if (!magic.equals("070701") && !magic.equals("070702")) {
                    throw new IOException(
                            "damaged cpio archive: a header (070701) is expected at offset %d".formatted(at));
                }
                if (header.length < CPIO_HEADER) {
                    throw new EOFException();
                }
                long size = number(header, 54, at);
                long nameSize = number(header, 94, at);
                if (nameSize > NAME_MAX) {
                    throw new IOException(
                            "damaged cpio archive: a name of %d bytes at offset %d".formatted(nameSize, at));
                }
                long padded = (CPIO_HEADER + nameSize + 3 & -4) - CPIO_HEADER;
                byte[] name = in.readNBytes((int) padded);
                if (name.length < nameSize) {
                    throw new EOFException();
                }
                if (new String(name, 0, (int) nameSize, StandardCharsets.ISO_8859_1).equals(TRAILER)) {
                    in.transferTo(OutputStream.nullOutputStream());
                    return;
                }
                in.skipNBytes(size + 3 & -4);
                at += CPIO_HEADER + padded + (size + 3 & -4);
            }
        } catch (EOFException e) {
            throw new IOException("truncated? the cpio archive has no trailer (member at offset %d)".formatted(at), e);
        }
    }

    private static long number(byte[] header, int offset, long at) throws IOException {
        try {
            return Long.parseLong(new String(header, offset, 8, StandardCharsets.ISO_8859_1), 16);
        } catch (NumberFormatException e) {
            throw new IOException("damaged cpio archive: no number in the header at offset %d".formatted(at), e);
        }
    }
}
