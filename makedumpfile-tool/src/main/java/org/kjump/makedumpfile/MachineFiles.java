package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.kjump.syscall.Errno;
import org.kjump.syscall.FileStatus;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.NoSpaceException;

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
    public ByteSink openForWriting(String name) {
        return create(name);
    }

    @Override
    public ByteSink create(String name) {
        ByteSink sink = ByteSink.of(kernel.create(name));
        return new ByteSink() {
            @Override
            public void write(long position, ByteBuffer source) throws IOException {
                try {
                    sink.write(position, source);
                } catch (SyscallException e) {
                    if (e.errno() != Errno.ENOSPC) {
                        throw e;
                    }
                    throw new NoSpaceException(Errno.ENOSPC.text(), position, e);
                }
            }

            @Override
            public void close() throws IOException {
                sink.close();
            }
        };
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
