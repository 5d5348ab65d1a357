package org.kjump.makedumpfile;

import java.nio.channels.SeekableByteChannel;
import org.kjump.syscall.FileStatus;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;

/** Files as the kernel on a machine shows them. Takes the process over: closing this ends it. */
record MachineFiles(Syscalls kernel) implements DumpFiles {
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
    public boolean isSame(String name, String other) {
        return kernel.stat(name).file().equals(kernel.stat(other).file());
    }

    @Override
    public boolean isSpecial(String name) {
        return exists(name) && kernel.stat(name).kind() != FileStatus.Kind.REGULAR;
    }

    /** Nothing but a directory is special on a machine: the kernel says what is wrong with it. */
    @Override
    public SeekableByteChannel openForWriting(String name) {
        return kernel.create(name);
    }

    @Override
    public SeekableByteChannel create(String name) {
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
}
