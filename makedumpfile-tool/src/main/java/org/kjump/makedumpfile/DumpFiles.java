package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;

/** Where dumps lie: the host's files, or those of the kernel that runs on a machine. */
interface DumpFiles extends AutoCloseable {
    SeekableByteChannel open(String name) throws IOException;

    boolean exists(String name);

    SeekableByteChannel create(String name) throws IOException;

    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    @Override
    void close();

    /** Files below {@code directory}, on whatever file system it is. */
    static DumpFiles host(Path directory) {
        return new DumpFiles() {
            @Override
            public SeekableByteChannel open(String name) throws IOException {
                return Files.newByteChannel(directory.resolve(name));
            }

            @Override
            public boolean exists(String name) {
                return Files.exists(directory.resolve(name));
            }

            @Override
            public SeekableByteChannel create(String name) throws IOException {
                return Files.newByteChannel(
                        directory.resolve(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
            }

            @Override
            public void rename(String from, String to) throws IOException {
                Files.move(
                        directory.resolve(from),
                        directory.resolve(to),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }

            @Override
            public void delete(String name) throws IOException {
                Files.deleteIfExists(directory.resolve(name));
            }

            @Override
            public void close() {}
        };
    }

    /** Takes the process over: closing this ends it. */
    static DumpFiles of(Syscalls kernel) {
        return new DumpFiles() {
            @Override
            public SeekableByteChannel open(String name) {
                return kernel.open(name);
            }

            @Override
            public boolean exists(String name) {
                try {
                    kernel.stat(name);
                    return true;
                } catch (SyscallException e) {
                    return false;
                }
            }

            @Override
            public SeekableByteChannel create(String name) {
                delete(name);
                return kernel.create(name);
            }

            @Override
            public void rename(String from, String to) {
                kernel.rename(from, to);
            }

            @Override
            public void delete(String name) {
                if (exists(name)) {
                    kernel.unlink(name);
                }
            }

            @Override
            public void close() {
                kernel.close();
            }
        };
    }
}
