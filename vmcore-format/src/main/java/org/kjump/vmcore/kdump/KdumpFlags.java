package org.kjump.vmcore.kdump;

import java.util.Optional;
import org.kjump.vmcore.codec.Compression;

/** Bits of {@code page_desc.flags}, and of the header's {@code status}, that say how pages are packed. */
final class KdumpFlags {
    private static final int ZLIB = 1;
    private static final int LZO = 2;
    private static final int SNAPPY = 4;
    private static final int ZSTD = 0x20;
    /** In the header's status: the writer ran out of space. */
    static final int INCOMPLETE = 8;

    /** In the header's status: struct pages of memory that is left out are left out, too. */
    private static final int WITHOUT_VMEMMAP = 0x10;

    private KdumpFlags() {}

    static int of(KdumpWriter.Vmemmap vmemmap) {
        return vmemmap == KdumpWriter.Vmemmap.WITHOUT_UNUSED ? WITHOUT_VMEMMAP : 0;
    }

    static int of(Compression compression) {
        return switch (compression) {
            case NONE -> 0;
            case ZLIB -> ZLIB;
            case LZO -> LZO;
            case SNAPPY -> SNAPPY;
            case ZSTD -> ZSTD;
        };
    }

    /** How a page with {@code flags} is packed; empty if it is in a way that is not known. */
    static Optional<Compression> compression(long flags) {
        for (Compression each : Compression.values()) {
            if (of(each) == flags) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
