package org.kjump.kexec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kjump.syscall.Errno;
import org.kjump.syscall.FileStatus;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UtsName;

/** The port over a folder; remembers what was loaded. Until the simulated kernel is there. */
final class HostedSyscalls implements Syscalls {
    private final Path root;
    private final List<KexecSegment> loaded = new ArrayList<>();
    private long flags;

    HostedSyscalls(Path root) {
        this.root = root;
    }

    List<KexecSegment> loaded() {
        return loaded;
    }

    long flags() {
        return flags;
    }

    private Path path(String name) {
        return root.resolve(name.startsWith("/") ? name.substring(1) : name);
    }

    @Override
    public long kexecLoad(long entry, long nrSegments, @Nullable List<KexecSegment> segments, long wanted) {
        loaded.clear();
        loaded.addAll(segments == null ? List.of() : segments);
        flags = wanted;
        return 0;
    }

    @Override
    public void reboot(int magic1, int magic2, int command) {}

    @Override
    public UtsName uname() {
        return new UtsName("Linux", "host", "2.6.27", "#1", "i686");
    }

    @Override
    public void sync() {}

    @Override
    public SeekableByteChannel open(String name) {
        try {
            return Files.newByteChannel(path(name));
        } catch (IOException e) {
            throw new SyscallException("open(\"%s\")".formatted(name), Errno.ENOENT);
        }
    }

    @Override
    public SeekableByteChannel create(String name) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public FileStatus stat(String name) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public List<String> list(String name) {
        throw new SyscallException("open(\"%s\")".formatted(name), Errno.ENOENT);
    }

    @Override
    public void rename(String from, String to) {
        throw new UnsupportedOperationException(from);
    }

    @Override
    public void unlink(String name) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public void close() {}

    void write(String name, byte[] content) {
        try {
            Path file = path(name);
            Files.createDirectories(file.resolveSibling("."));
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
