package org.kjump.machine.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.kjump.syscall.Syscalls;

/** cat and cp: programs of the running kernel, which reach files through the port alone. */
final class Programs {
    private static final int BUFFER = 1 << 16;

    private Programs() {}

    static void cat(Syscalls kernel, String path, OutputStream out) throws IOException {
        try (SeekableByteChannel file = kernel.open(path)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (file.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
            out.flush();
        }
    }

    /** Written under another name and renamed: half a copy never bears the name. An old file of the name is replaced. */
    static void cp(Syscalls kernel, String from, String to) throws IOException {
        String aside = to + ".part";
        try (SeekableByteChannel source = kernel.open(from);
                SeekableByteChannel target = kernel.create(aside)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (source.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    target.write(buffer);
                }
            }
        } catch (IOException | RuntimeException e) {
            try {
                kernel.unlink(aside);
            } catch (org.kjump.syscall.SyscallException nothingThere) {
                e.addSuppressed(nothingThere);
            }
            throw e;
        }
        kernel.rename(aside, to);
    }
}
