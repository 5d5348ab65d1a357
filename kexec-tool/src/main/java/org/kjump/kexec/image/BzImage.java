package org.kjump.kexec.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.kjump.vmcore.io.ByteSource;

/**
 * A bzImage: boot sector, real-mode setup, protected-mode part (Documentation/x86/boot of Linux 6.1). Fields that the
 * file's protocol version does not define have the values that the protocol documents for older ones.
 *
 * @param setupBytes offset of the protected-mode part
 * @param payloadBytes length of the protected-mode part
 * @param setupHeader the file's bytes from 0x1f1 to the header's end
 */
public record BzImage(ByteSource file, int version, long setupBytes, long payloadBytes, ByteBuffer setupHeader)
        implements KernelImage {
    /** Where the setup header starts, in the file and in boot_params. */
    public static final int SETUP_HEADER = 0x1f1;

    static final int HEADER_MAGIC = 0x53726448;
    static final int BOOT_FLAG = 0xaa55;
    static final int OLDEST_PROTOCOL = 0x200;
    private static final int SMALLEST = 1024;
    private static final int DEFAULT_SETUP_SECTORS = 4;
    private static final int SECTOR = 512;
    /** The last byte of the header that any protocol up to 2.15 defines lies before this. */
    private static final int HEADER_LIMIT = 0x270;

    static Optional<BzImage> probe(ByteSource file) {
        if (file.size() < SMALLEST) {
            return Optional.empty();
        }
        ByteBuffer start = ByteBuffer.allocate(SMALLEST).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(0, start);
        start.flip();
        int version = Short.toUnsignedInt(start.getShort(0x206));
        boolean recognised = start.getInt(0x202) == HEADER_MAGIC
                && Short.toUnsignedInt(start.getShort(0x1fe)) == BOOT_FLAG
                && version >= OLDEST_PROTOCOL
                && (start.get(0x211) & 1) != 0;
        return recognised ? Optional.of(parse(file, start, version)) : Optional.empty();
    }

    private static BzImage parse(ByteSource file, ByteBuffer start, int version) {
        int sectors = Byte.toUnsignedInt(start.get(SETUP_HEADER));
        long setupBytes = (long) ((sectors == 0 ? DEFAULT_SETUP_SECTORS : sectors) + 1) * SECTOR;
        if (file.size() <= setupBytes) {
            throw new ImageException(
                    file,
                    "BzImage truncated? %s: more than %d bytes expected (setup), %d found"
                            .formatted(file.name(), setupBytes, file.size()));
        }
        long payloadBytes = file.size() - setupBytes;
        if (version >= 0x204) {
            long expected = Integer.toUnsignedLong(start.getInt(0x1f4)) * 16;
            if (payloadBytes < expected) {
                throw new ImageException(
                        file,
                        "BzImage truncated? %s: protected-mode part at offset 0x%x: 0x%x bytes expected (syssize), 0x%x found"
                                .formatted(file.name(), setupBytes, expected, payloadBytes));
            }
        }
        int end = Math.min(0x202 + Byte.toUnsignedInt(start.get(0x201)), HEADER_LIMIT);
        ByteBuffer header =
                start.slice(SETUP_HEADER, Math.max(end, 0x212) - SETUP_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        return new BzImage(file, version, setupBytes, payloadBytes, header);
    }

    @Override
    public String type() {
        return "bzImage";
    }

    public boolean relocatable() {
        return u8(0x205, 0x234) != 0;
    }

    /** Required alignment of a relocatable kernel. */
    public long alignment() {
        long alignment = u32(0x205, 0x230, 0);
        return Long.bitCount(alignment) == 1 && alignment >= 0x1000 ? alignment : 0x100000;
    }

    /** The highest address of an initrd's last byte. */
    public long initrdAddressMax() {
        return u32(0x203, 0x22c, 0x37ffffff);
    }

    /** Longest command line, without its NUL. */
    public long commandLineMax() {
        return u32(0x206, 0x238, 255);
    }

    /** Where the kernel wants to be: it moves itself up to there if it is loaded lower. */
    public long preferredAddress() {
        return defined(0x20a, 0x258, 8) ? setupHeader.getLong(0x258 - SETUP_HEADER) : 0x100000;
    }

    /**
     * Memory needed from the load address until the kernel reads its map. Before 2.10 it is not recorded; three times
     * the compressed part and 1 MiB is a safe guess.
     */
    public long initSize() {
        return Math.max(payloadBytes, u32(0x20a, 0x260, 3 * payloadBytes + 0x100000));
    }

    private boolean defined(int since, int offset, int width) {
        return version >= since && offset + width - SETUP_HEADER <= setupHeader.limit();
    }

    private int u8(int since, int offset) {
        return defined(since, offset, 1) ? Byte.toUnsignedInt(setupHeader.get(offset - SETUP_HEADER)) : 0;
    }

    private long u32(int since, int offset, long otherwise) {
        return defined(since, offset, 4)
                ? Integer.toUnsignedLong(setupHeader.getInt(offset - SETUP_HEADER))
                : otherwise;
    }
}
