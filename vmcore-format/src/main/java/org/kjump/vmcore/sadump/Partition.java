package org.kjump.vmcore.sadump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.layout.Field;

/**
 * The header of a partition, and of a media backup before it.
 *
 * @param position where the partition header stands: 0, or behind a media header
 * @param block bytes in a block, which is a page
 */
record Partition(ByteSource file, long position, int block, ByteBuffer header) {
    private static final int BLOCK_MIN = 1 << 12;
    private static final int BLOCK_MAX = 1 << 16;

    static boolean recognises(ByteSource file) {
        return find(file) >= 0;
    }

    /** At the start of the file, or a block behind it; -1 if there is none. */
    private static long find(ByteSource file) {
        if (isAt(file, 0)) {
            return 0;
        }
        for (int block = BLOCK_MIN; block <= BLOCK_MAX; block *= 2) {
            if (isAt(file, block)) {
                return block;
            }
        }
        return -1;
    }

    private static boolean isAt(ByteSource file, long position) {
        ByteBuffer signature = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        return file.read(position, signature) == 8
                && signature.getInt(0) == SadumpLayout.SIGNATURE1
                && signature.getInt(4) == SadumpLayout.SIGNATURE2;
    }

    /** @throws VmcoreException if there is none, or what it says of itself does not fit */
    static Partition of(ByteSource file) {
        long position = find(file);
        if (position < 0) {
            throw new VmcoreException(
                    "%s: signature at offset 0: sadump's expected, something else found".formatted(file.name()));
        }
        Partition partition = new Partition(
                file, position, block(file, position), read(file, position, SadumpLayout.PARTITION.size()));
        if (position != 0) {
            partition.checkMedia();
        }
        return partition;
    }

    static ByteBuffer read(ByteSource file, long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(position, bytes);
        return bytes.flip();
    }

    /**
     * Each word of the rest of the block follows from the one before, so that a partition that something else was written to is seen to be
     * none; how far they do says how large a block is.
     */
    private static int block(ByteSource file, long position) {
        ByteBuffer words = ByteBuffer.allocate(BLOCK_MAX + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(position, words);
        words.flip();
        int at = SadumpLayout.PARTITION.field("magicnum").offset() + Integer.BYTES;
        while (at + Integer.BYTES <= words.limit() && words.getInt(at) == (words.getInt(at - Integer.BYTES) + 7) * 11) {
            at += Integer.BYTES;
        }
        if (Integer.bitCount(at) != 1 || at < BLOCK_MIN || at > BLOCK_MAX) {
            throw new VmcoreException(
                    "%s: partition header at offset %d: magic numbers up to the end of a block of 4 to 64 KiB expected, up to offset %d found"
                            .formatted(file.name(), position, position + at));
        }
        return at;
    }

    private void checkMedia() {
        ByteBuffer media = read(file, 0, SadumpLayout.MEDIA.size());
        for (String member : new String[] {"sadump_id", "disk_set_id", "time_stamp"}) {
            if (!bytes(SadumpLayout.MEDIA.field(member), media).equals(get(member))) {
                throw bad("media header at offset 0", "the partition's " + member, "another");
            }
        }
        long number = SadumpLayout.MEDIA.field("sequential_num").unsigned(media, 0);
        if (number != 1) {
            throw bad("media header at offset 0", "sequential_num 1, a backup in one file", number);
        }
    }

    private static ByteBuffer bytes(Field member, ByteBuffer header) {
        return header.slice(member.offset(), member.length());
    }

    /** A member that is an identifier or a time. */
    ByteBuffer get(String member) {
        return bytes(SadumpLayout.PARTITION.field(member), header);
    }

    /** Which disk of a set this is, from 1; 0 if it stands alone. A backup stands alone, whatever it is of. */
    long disk() {
        return position != 0 ? 0 : SadumpLayout.PARTITION.field("set_disk_set").unsigned(header, 0);
    }

    /** How much of the partition is in use, from its start. */
    long used() {
        return SadumpLayout.PARTITION.field("used_device").unsigned(header, 0);
    }

    /** What follows the header. */
    long end() {
        return position + block;
    }

    VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }
}
