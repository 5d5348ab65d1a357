package org.kjump.kexec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.zip.GZIPInputStream;
import org.kjump.syscall.Errno;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.vmcore.io.ByteSource;

/** The files to be loaded, opened through the port. */
record ImageFiles(Syscalls syscalls) {
    private static final int MAX_DECOMPRESSED = 1 << 28;
    private static final short GZIP = (short) 0x1f8b;

    /** The file, or what it decompresses to. */
    ByteSource kernel(String path) {
        ByteSource file = open(path);
        ByteBuffer magic = ByteBuffer.allocate(2);
        if (file.read(0, magic) < 2 || magic.getShort(0) != GZIP) {
            return file;
        }
        file.close();
        return decompressed(path);
    }

    /** The file as it is: who unpacks an initrd is the new kernel. */
    ByteSource initrd(String path) {
        return open(path);
    }

    private ByteSource open(String path) {
        try {
            ByteSource file = ByteSource.of(path, syscalls.open(path));
            if (file.size() == 0) {
                file.close();
                throw new RefusedException(1, "Cannot read %s: the file is empty".formatted(path));
            }
            return file;
        } catch (SyscallException e) {
            throw e.errno() == Errno.EISDIR
                    ? new RefusedException(
                            1, "Read on %s failed: %s".formatted(path, e.errno().text()))
                    : new RefusedException(
                            1, "Cannot open `%s': %s".formatted(path, e.errno().text()));
        } catch (IOException e) {
            throw new RefusedException(1, "Read on %s failed: %s".formatted(path, e.getMessage()));
        }
    }

    private ByteSource decompressed(String path) {
        try (SeekableByteChannel channel = syscalls.open(path);
                InputStream in = new GZIPInputStream(Channels.newInputStream(channel))) {
            byte[] bytes = in.readNBytes(MAX_DECOMPRESSED);
            if (in.read() >= 0) {
                throw new RefusedException(
                        1, "%s: at most %d MiB expected when decompressed".formatted(path, MAX_DECOMPRESSED >> 20));
            }
            return ByteSource.of(path, ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new RefusedException(1, "Read on %s failed: damaged gzip: %s".formatted(path, e.getMessage()));
        }
    }
}
