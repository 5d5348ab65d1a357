package org.kjump.syscall;

import java.nio.file.Path;
import java.util.ServiceLoader;

/** An implementation of the port, found by {@link ServiceLoader}: execve(2) of a program on a kernel. */
public interface SyscallsProvider {
    /**
     * Starts {@code program} as a process of the kernel that runs on {@code machine}.
     *
     * @param program its name without a directory; it must exist in a directory of the kernel's PATH
     * @param workingDirectory of the caller, in the host's names: inside a partition of the machine it is the process's
     *     working directory, elsewhere that is the kernel's root
     * @param console where the machine's serial line goes
     * @throws SyscallException ENOENT if the running kernel's root file system has no such program
     * @throws ProcessGoneException if the machine is off or has stopped
     */
    Syscalls exec(Path machine, String program, Path workingDirectory, Appendable console);

    /** The first implementation there is. */
    static SyscallsProvider load() {
        return ServiceLoader.load(SyscallsProvider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no implementation of " + SyscallsProvider.class));
    }
}
