package org.kjump.linux.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
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
import org.kjump.machine.Machine;
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

    private Machine machine() {
        return kernel.machine();
    }

    /** The working directory of a process that the host's user started in {@code host}. */
    public static String workingDirectory(KernelView kernel, Path host) {
        Namespace namespace = new Namespace(kernel, "/");
        Path here = host.toAbsolutePath().normalize();
        for (Map.Entry<String, String> mount : namespace.mounts().entrySet()) {
            Path partition = kernel.machine()
                    .partition(mount.getValue())
                    .toAbsolutePath()
                    .normalize();
            if (here.getFileSystem().equals(partition.getFileSystem()) && here.startsWith(partition)) {
                return namespace.absolute(mount.getKey() + "/" + partition.relativize(here));
            }
        }
        return "/";
    }

    /** Partitions by the directory where they are mounted. */
    private Map<String, String> mounts() {
        Map<String, String> mounts = new java.util.TreeMap<>();
        RootArchive archive = new RootArchive(kernel);
        Optional<String> root = kernel.parameter("root").map(device -> device.replaceFirst("^/dev/", ""));
        if (!archive.exists() && root.isPresent()) {
            mounts.put("/", root.get());
        }
        for (String line : fstab(archive, root).split("\n")) {
            String[] words = line.trim().split("\\s+");
            if (words.length >= 2 && words[0].startsWith("/dev/")) {
                String partition = words[0].substring("/dev/".length());
                if (machine().partitions().contains(partition)) {
                    mounts.put(words[1], partition);
                }
            }
        }
        return mounts;
    }

    private String fstab(RootArchive archive, Optional<String> root) {
        try {
            if (archive.exists()) {
                RootArchive.Entry entry = archive.files().get("etc/fstab");
                return entry == null ? "" : new String(entry.content(), java.nio.charset.StandardCharsets.ISO_8859_1);
            }
            Path file = machine().partition(root.orElse("none")).resolve("etc/fstab");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
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

    /** Resolves {@code .} and {@code ..}; nothing is above the root. */
    private String absolute(String path) {
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

    /** The host's file for a path on a partition; empty if the path is not on one. */
    private Optional<Path> onPartition(String absolute, String call) {
        String best = null;
        Map<String, String> mounts = mounts();
        for (String mount : mounts.keySet()) {
            boolean inside = mount.equals("/") || absolute.equals(mount) || absolute.startsWith(mount + "/");
            if (inside && (best == null || mount.length() > best.length())) {
                best = mount;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        Path partition = machine().partition(String.valueOf(mounts.get(best)));
        String rest = absolute.substring(best.equals("/") ? 1 : best.length()).replaceFirst("^/", "");
        return Optional.of(contained(partition, partition.resolve(rest), call));
    }

    /** A symbolic link must not lead out of the partition: the disk ends there. */
    private static Path contained(Path partition, Path file, String call) {
        try {
            Path existing = file;
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            if (!existing.toRealPath().startsWith(partition.toRealPath())) {
                throw new SyscallException(call, Errno.EACCES);
            }
            return file;
        } catch (IOException e) {
            throw new SyscallException(call, Errno.EIO);
        }
    }

    public FileStatus stat(String path) {
        String call = "stat(\"" + path + "\")";
        String absolute = absolute(path);
        Supplier<ReadChannel> generated = new KernelFiles(kernel).all().get(absolute);
        if (generated != null) {
            return new FileStatus(FileStatus.Kind.REGULAR, generated.get().size());
        }
        if (!names(absolute).isEmpty()) {
            return new FileStatus(FileStatus.Kind.DIRECTORY, 0);
        }
        Optional<Path> host = onPartition(absolute, call);
        if (host.isPresent()) {
            try {
                if (Files.isDirectory(host.get())) {
                    return new FileStatus(FileStatus.Kind.DIRECTORY, 0);
                }
                return new FileStatus(FileStatus.Kind.REGULAR, Files.size(host.get()));
            } catch (IOException e) {
                throw new SyscallException(call, Errno.ENOENT);
            }
        }
        RootArchive.Entry entry = archived(absolute).orElseThrow(() -> new SyscallException(call, Errno.ENOENT));
        FileStatus.Kind kind = entry.directory() ? FileStatus.Kind.DIRECTORY : FileStatus.Kind.REGULAR;
        return new FileStatus(kind, entry.content().length);
    }

    private Optional<RootArchive.Entry> archived(String absolute) {
        RootArchive archive = new RootArchive(kernel);
        return archive.exists() ? Optional.ofNullable(archive.files().get(absolute.substring(1))) : Optional.empty();
    }

    public SeekableByteChannel open(String path) {
        String call = "open(\"" + path + "\", O_RDONLY)";
        String absolute = absolute(path);
        Supplier<ReadChannel> generated = new KernelFiles(kernel).all().get(absolute);
        if (generated != null) {
            return generated.get();
        }
        if (stat(path).kind() == FileStatus.Kind.DIRECTORY) {
            throw new SyscallException(call, Errno.EISDIR);
        }
        Optional<Path> host = onPartition(absolute, call);
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
        String absolute = absolute(path);
        if (absolute.startsWith("/proc/") || absolute.startsWith("/sys/")) {
            throw new SyscallException(call, Errno.EACCES);
        }
        // A root in memory takes no files: what is not in the archive does not exist there.
        return onPartition(absolute, call).orElseThrow(() -> new SyscallException(call, Errno.EROFS));
    }

    public SeekableByteChannel create(String path) {
        String call = "open(\"" + path + "\", O_RDWR|O_CREAT|O_EXCL)";
        Path file = writable(path, call);
        try {
            SeekableByteChannel channel = Files.newByteChannel(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new PartitionChannel(channel, file.toString(), room(file));
        } catch (FileAlreadyExistsException e) {
            throw new SyscallException(call, Errno.EEXIST);
        } catch (IOException e) {
            throw new SyscallException(call, Errno.ENOENT);
        }
    }

    /** What the partition of a file still has room for. */
    private long room(Path file) throws IOException {
        for (String name : machine().partitions()) {
            Path partition = machine().partition(name);
            if (file.startsWith(partition)) {
                long used = 0;
                try (Stream<Path> files = Files.walk(partition)) {
                    for (Path each : (Iterable<Path>) files::iterator) {
                        used += Files.isRegularFile(each) ? Files.size(each) : 0;
                    }
                }
                return Math.max(0, machine().capacity(name) - used);
            }
        }
        return 0;
    }

    public List<String> list(String path) {
        String call = "readdir(\"" + path + "\")";
        String absolute = absolute(path);
        TreeSet<String> names = new TreeSet<>(names(absolute));
        Optional<Path> host = onPartition(absolute, call);
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

    /** A file of a partition that has an end. */
    private static final class PartitionChannel implements SeekableByteChannel {
        private final SeekableByteChannel file;
        private final String name;
        private final long room;

        PartitionChannel(SeekableByteChannel file, String name, long room) {
            this.file = file;
            this.name = name;
            this.room = room;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (file.position() + source.remaining() > room) {
                throw new SyscallException("write(\"%s\", %d)".formatted(name, source.remaining()), Errno.ENOSPC);
            }
            return file.write(source);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
