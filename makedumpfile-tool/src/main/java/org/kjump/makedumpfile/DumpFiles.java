package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.NoSpaceException;

/** Where dumps lie: the host's files, or those of the kernel that runs on a machine. */
interface DumpFiles extends AutoCloseable {
    SeekableByteChannel open(String name) throws IOException;

    boolean exists(String name);

    /** Whether both names, which exist, lead to one file. */
    boolean isSame(String name, String other) throws IOException;

    /** Whether {@code name} exists and is something that cannot be replaced, such as a device. */
    boolean isSpecial(String name);

    /** The sink throws {@link NoSpaceException} when the disk is full. */
    ByteSink openForWriting(String name) throws IOException;

    /**
     * Makes a file that only its owner can read: a dump has other people's secrets in it. The sink throws {@link NoSpaceException}
     * when the disk is full.
     */
    ByteSink create(String name) throws IOException;

    /** Replaces what bears the name {@code to}, or what that name is a symbolic link to. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file, if there is one. */
    void delete(String name) throws IOException;

    @Override
    void close();
}
