package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import org.kjump.syscall.UserBuffer;
import org.kjump.vmcore.io.ByteSource;

/** Bytes to be loaded, read when the kernel copies them. */
public record Payload(UserBuffer bytes, long size) {
    /** {@code size} bytes of {@code file} from {@code start}. */
    public static Payload of(ByteSource file, long start, long size) {
        return new Payload((offset, target) -> file.readFully(start + offset, target), size);
    }

    static Payload of(ByteBuffer bytes) {
        return new Payload(UserBuffer.of(bytes), bytes.remaining());
    }
}
