package org.kjump.linux.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.kjump.linux.boot.RootArchive;
import org.kjump.linux.boot.RootDevice;
import org.kjump.linux.view.KernelView;
import org.kjump.syscall.Errno;
import org.kjump.syscall.SyscallException;

/** Which partition holds what: the root that the command line names, and what its /etc/fstab mounts. */
record Mounts(KernelView kernel) {
    /** Partitions by the directory where they are mounted. */
    Map<String, String> byDirectory() {
        Map<String, String> mounts = new TreeMap<>();
        RootArchive archive = new RootArchive(kernel);
        Optional<String> root = RootDevice.of(kernel);
        if (!archive.exists() && root.isPresent()) {
            mounts.put("/", root.get());
        }
        for (String line : fstab(archive, root).split("\n")) {
            String[] words = line.trim().split("\\s+");
            if (words.length >= 2 && words[0].startsWith("/dev/")) {
                String partition = words[0].substring("/dev/".length());
                if (kernel.machine().partitions().contains(partition)) {
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
                return entry == null ? "" : new String(entry.content(), StandardCharsets.ISO_8859_1);
            }
            if (root.isEmpty()) {
                return "";
            }
            Path file = kernel.machine().partition(root.get()).resolve("etc/fstab");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The host's file for a path on a partition; empty if the path is not on one. */
    Optional<Path> onPartition(String absolute, String call) {
        String best = null;
        Map<String, String> mounts = byDirectory();
        for (String mount : mounts.keySet()) {
            boolean inside = mount.equals("/") || absolute.equals(mount) || absolute.startsWith(mount + "/");
            if (inside && (best == null || mount.length() > best.length())) {
                best = mount;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        Path partition = kernel.machine().partition(String.valueOf(mounts.get(best)));
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

    /** What the partition of a file still has room for. */
    long room(Path file) throws IOException {
        for (String name : kernel.machine().partitions()) {
            Path partition = kernel.machine().partition(name);
            if (file.startsWith(partition)) {
                long used = 0;
                try (Stream<Path> files = Files.walk(partition)) {
                    for (Path each : (Iterable<Path>) files::iterator) {
                        used += Files.isRegularFile(each) ? Files.size(each) : 0;
                    }
                }
                return Math.max(0, kernel.machine().capacity(name) - used);
            }
        }
        return 0;
    }
}
