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

/** The port over a folder: /proc/iomem and the like are files in it; remembers what was loaded. */
final class HostedSyscalls implements Syscalls {
    private final Path root;
    private final List<KexecSegment> loaded = new ArrayList<>();
    private final UtsName name;
    private long entry;
    private long flags;
    private int calls;

    HostedSyscalls(Path root) {
        this(root, "2.6.27", "i686");
    }

    HostedSyscalls(Path root, String release, String machine) {
        this.root = root;
        name = new UtsName("Linux", "host", release, "#1", machine);
    }

    /** How often kexec_load or reboot was called. */
    int calls() {
        return calls;
    }

    long entry() {
        return entry;
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
        calls++;
        this.entry = entry;
        loaded.clear();
        loaded.addAll(segments == null ? List.of() : segments);
        flags = wanted;
        return 0;
    }

    @Override
    public void reboot(int magic1, int magic2, int command) {
        calls++;
    }

    @Override
    public UtsName uname() {
        return name;
    }

    @Override
    public void sync() {}

    @Override
    public SeekableByteChannel open(String name) {
        if (Files.isDirectory(path(name))) {
            throw new SyscallException("open(\"%s\")".formatted(name), Errno.EISDIR);
        }
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
