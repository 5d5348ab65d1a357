package org.kjump.vmcore.flattened;

import java.nio.charset.StandardCharsets;
import org.kjump.vmcore.layout.StructLayout;

/** {@code struct makedumpfile_header} and {@code makedumpfile_data_header} (makedumpfile 1.7.2): big-endian on every machine. */
final class FlattenedFormat {
    static final StructLayout HEADER = StructLayout.named("makedumpfile_header")
            .bytes("signature", 0, 16)
            .u64("type", 16)
            .u64("version", 24)
            .size(4096);

    /** Before each piece of the dump: where it goes and how long it is; both -1 at the end. */
    static final StructLayout RECORD = StructLayout.named("makedumpfile_data_header")
            .u64("offset", 0)
            .u64("buf_size", 8)
            .size(16);

    static final long END = -1;
    static final long TYPE = 1;
    static final long VERSION = 1;

    private FlattenedFormat() {}

    /** With the NUL that ends it. */
    static byte[] signature() {
        return "makedumpfile\0".getBytes(StandardCharsets.US_ASCII);
    }
}
