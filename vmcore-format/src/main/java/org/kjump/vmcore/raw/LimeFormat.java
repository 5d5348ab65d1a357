package org.kjump.vmcore.raw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.Extents;
import org.kjump.vmcore.layout.StructLayout;

/**
 * {@code lime_mem_range_header} (LiME, doc/README.md, version 1): one before each range of memory. Little-endian, as are the machines that
 * the module is made for.
 */
final class LimeFormat {
    private static final StructLayout HEADER = StructLayout.named("lime_mem_range_header")
            .u32("magic", 0)
            .u32("version", 4)
            .u64("s_addr", 8)
            .u64("e_addr", 16)
            .bytes("reserved", 24, 8)
            .size(32);

    private static final long MAGIC = 0x4c694d45;
    private static final long VERSION = 1;

    private LimeFormat() {}

    static boolean recognises(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        return file.read(0, magic) == 4 && magic.getInt(0) == MAGIC;
    }

    /** The ranges, in the order of the file. */
    static List<Extents.Stretch> ranges(ByteSource file) {
        List<Extents.Stretch> ranges = new ArrayList<>();
        for (long at = 0; at < file.size(); ) {
            ByteBuffer header = HEADER.allocate().order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(at, header);
            long magic = HEADER.field("magic").unsigned(header, 0);
            long version = HEADER.field("version").unsigned(header, 0);
            if (magic != MAGIC || version != VERSION) {
                throw new VmcoreException(
                        "%s: LiME header at offset %d: 4c694d45, version 1 expected, %x, version %d found"
                                .formatted(file.name(), at, magic, version));
            }
            long start = HEADER.field("s_addr").unsigned(header, 0);
            // The address of the last byte.
            long end = HEADER.field("e_addr").unsigned(header, 0) + 1;
            long data = at + HEADER.size();
            if (start < 0 || end <= start || end > RawImage.PADDR_LIMIT || end - start > file.size() - data) {
                throw new VmcoreException(
                        "%s: LiME header at offset %d: a range of at most the file's other %d bytes expected, 0x%x to 0x%x found"
                                .formatted(file.name(), at, file.size() - data, start, end - 1));
            }
            ranges.add(new Extents.Stretch(start, end, data));
            at = data + end - start;
        }
        return ranges;
    }
}
