package org.kjump.linux.fs;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.kjump.linux.boot.RootArchive;
import org.kjump.linux.view.KernelView;
import org.kjump.syscall.Errno;
import org.kjump.syscall.FileStatus;
import org.kjump.syscall.SyscallException;

/**
 * The files that a kernel sees: its root, from a partition or from memory; /proc and /sys; partitions that the root's
 * /etc/fstab mounts. It is derived from memory at every call: there is no table of mounts that could outlive a kernel.
 *
 * @param workingDirectory absolute; relative paths start there
 */
public record Namespace(KernelView kernel, String workingDirectory) {
    private static final List<String> PROGRAM_PATH = List.of("/sbin/", "/bin/", "/usr/sbin/", "/usr/bin/");

    /** The working directory of a process that the host's user started in {@code host}. */
    public static String workingDirectory(KernelView kernel, Path host) {
        Namespace namespace = new Namespace(kernel, "/");
        Path here = host.toAbsolutePath().normalize();
        for (Map.Entry<String, String> mount : new Mounts(kernel).byDirectory().entrySet()) {
            Path partition = kernel.machine()
                    .partition(mount.getValue())
                    .toAbsolutePath()
                    .normalize();
            if (here.getFileSystem().equals(partition.getFileSystem()) && here.startsWith(partition)) {
                return namespace.absolute(mount.getKey() + "/" + partition.relativize(here), "getcwd()");
            }
        }
        return "/";
    }

    /** Whether the root file system has a program of this name. */
    public boolean hasProgram(String name) {
        return PROGRAM_PATH.stream().anyMatch(directory -> {
            try {
                return stat(directory + name).kind() == FileStatus.Kind.REGULAR;
            } catch (SyscallException e) {
                return false;
            }
        });
    }

    /** Resolves {@code .} and {@code ..}; nothing is above the root. An empty name is no file's. */
    private String absolute(String path, String call) {
        if (path.isEmpty()) {
            throw new SyscallException(call, Errno.ENOENT);
        }
        Deque<String> parts = new ArrayDeque<>();
        String whole = path.startsWith("/") ? path : workingDirectory + "/" + path;
        for (String part : whole.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    public FileStatus stat(String path) {
        String call = "stat(\"" + path + "\")";
        String absolute = absolute(path, call);
        Supplier<ReadChannel> generated = new KernelFiles(kernel).all().get(absolute);
        if (generated != null) {
            return new FileStatus(FileStatus.Kind.REGULAR, generated.get().size(), absolute);
        }
        if (!names(absolute).isEmpty()) {
            return new FileStatus(FileStatus.Kind.DIRECTORY, 0, absolute);
        }
        Optional<Path> host = new Mounts(kernel).onPartition(absolute, call);
        if (host.isPresent()) {
            try {
                String file = host.get().toRealPath().toString();
                return Files.isDirectory(host.get())
                        ? new FileStatus(FileStatus.Kind.DIRECTORY, 0, file)
                        : new FileStatus(FileStatus.Kind.REGULAR, Files.size(host.get()), file);
            } catch (IOException e) {
                throw new SyscallException(call, Errno.ENOENT);
            }
        }
        RootArchive.Entry entry = archived(absolute).orElseThrow(() -> new SyscallException(call, Errno.ENOENT));
        FileStatus.Kind kind = entry.directory() ? FileStatus.Kind.DIRECTORY : FileStatus.Kind.REGULAR;
        return new FileStatus(kind, entry.content().length, absolute);
    }

    private Optional<RootArchive.Entry> archived(String absolute) {
        RootArchive archive = new RootArchive(kernel);
        return archive.exists() ? Optional.ofNullable(archive.files().get(absolute.substring(1))) : Optional.empty();
    }

    public SeekableByteChannel open(String path) {
        String call = "open(\"" + path + "\", O_RDONLY)";
        String absolute = absolute(path, call);
        Supplier<ReadChannel> generated = new KernelFiles(kernel).all().get(absolute);
        if (generated != null) {
            return generated.get();
        }
        if (stat(path).kind() == FileStatus.Kind.DIRECTORY) {
            throw new SyscallException(call, Errno.EISDIR);
        }
        Optional<Path> host = new Mounts(kernel).onPartition(absolute, call);
        if (host.isPresent()) {
            try {
                return Files.newByteChannel(host.get());
            } catch (IOException e) {
                throw new SyscallException(call, Errno.EIO);
            }
        }
        return new Vmcore.Bytes(archived(absolute)
                .orElseThrow(() -> new SyscallException(call, Errno.ENOENT))
                .content());
    }

    private Path writable(String path, String call) {
        String absolute = absolute(path, call);
        if (absolute.startsWith("/proc/") || absolute.startsWith("/sys/")) {
            throw new SyscallException(call, Errno.EACCES);
        }
        // A root in memory takes no files: what is not in the archive does not exist there.
        return new Mounts(kernel)
                .onPartition(absolute, call)
                .orElseThrow(() -> new SyscallException(call, Errno.EROFS));
    }

    public SeekableByteChannel create(String path) {
        String call = "open(\"" + path + "\", O_RDWR|O_CREAT|O_EXCL)";
        Path file = writable(path, call);
        try {
            SeekableByteChannel channel = Files.newByteChannel(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new PartitionChannel(channel, path, new Mounts(kernel).room(file));
        } catch (FileAlreadyExistsException e) {
            throw new SyscallException(call, Errno.EEXIST);
        } catch (IOException e) {
            throw new SyscallException(call, Errno.ENOENT);
        }
    }

    public List<String> list(String path) {
        String call = "readdir(\"" + path + "\")";
        String absolute = absolute(path, call);
        TreeSet<String> names = new TreeSet<>(names(absolute));
        Optional<Path> host = new Mounts(kernel).onPartition(absolute, call);
        if (host.isPresent() && Files.isDirectory(host.get())) {
            try (Stream<Path> files = Files.list(host.get())) {
                files.forEach(file -> names.add(String.valueOf(file.getFileName())));
            } catch (IOException e) {
                throw new SyscallException(call, Errno.EIO);
            }
        }
        if (names.isEmpty() && stat(path).kind() != FileStatus.Kind.DIRECTORY) {
            throw new SyscallException(call, Errno.ENOTDIR);
        }
        return List.copyOf(names);
    }

    /** Names that /proc, /sys and the archive have in a directory. */
    private TreeSet<String> names(String absolute) {
        String prefix = absolute.equals("/") ? "/" : absolute + "/";
        TreeSet<String> names = new TreeSet<>();
        Stream<String> generated = new KernelFiles(kernel).all().keySet().stream();
        RootArchive archive = new RootArchive(kernel);
        Stream<String> archived =
                archive.exists() ? archive.files().keySet().stream().map(name -> "/" + name) : Stream.empty();
        Stream.concat(generated, archived)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()).split("/")[0])
                .forEach(names::add);
        return names;
    }

    public void rename(String from, String to) {
        String call = "rename(\"%s\", \"%s\")".formatted(from, to);
        try {
            Files.move(
                    writable(from, call),
                    writable(to, call),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new SyscallException(call, Errno.ENOENT);
        }
    }

    public void unlink(String path) {
        String call = "unlink(\"" + path + "\")";
        try {
            Files.delete(writable(path, call));
        } catch (IOException e) {
            throw new SyscallException(call, Errno.ENOENT);
        }
    }
}
