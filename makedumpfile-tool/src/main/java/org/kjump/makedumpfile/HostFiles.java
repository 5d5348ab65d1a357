package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.kjump.vmcore.io.ByteSink;

/** Files below {@code directory}, on whatever file system it is. */
record HostFiles(Path directory) implements DumpFiles {
    @Override
    public SeekableByteChannel open(String name) throws IOException {
        return Files.newByteChannel(directory.resolve(name));
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    @Override
    public boolean isSame(String name, String other) throws IOException {
        return Files.isSameFile(directory.resolve(name), directory.resolve(other));
    }

    @Override
    public boolean isSpecial(String name) {
        return exists(name) && !Files.isRegularFile(directory.resolve(name));
    }

    @Override
    public ByteSink openForWriting(String name) throws IOException {
        Path file = directory.resolve(name);
        return new HostSink(file, Files.newByteChannel(file, StandardOpenOption.WRITE));
    }

    @Override
    public ByteSink create(String name) throws IOException {
        Path file = directory.resolve(name);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new HostSink(file, Files.newByteChannel(file, options, ownerOnly()));
    }

    private FileAttribute<?>[] ownerOnly() {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path target = directory.resolve(to);
        Files.move(
                directory.resolve(from),
                Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void close() {}
}
