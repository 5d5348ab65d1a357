package org.kjump.syscall;

import java.nio.channels.SeekableByteChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one port through which the tools reach a kernel: what they call and nothing else.
 *
 * <p>Every call that the kernel refuses throws {@link SyscallException}. Paths are those of the running kernel: its
 * root, its /proc and /sys, its mounted partitions; a relative path starts at the calling process's working directory.
 * An instance belongs to one process and one thread. Closing it ends the process.
 */
public interface Syscalls extends AutoCloseable {
    /** {@code KEXEC_ON_CRASH}: linux/kexec.h. */
    int KEXEC_ON_CRASH = 1;
    /** {@code KEXEC_PRESERVE_CONTEXT}: linux/kexec.h, since 2.6.27. */
    int KEXEC_PRESERVE_CONTEXT = 2;
    /** linux/kexec.h: as many segments as one image can have. */
    int KEXEC_SEGMENT_MAX = 16;

    int LINUX_REBOOT_MAGIC1 = 0xfee1dead;
    int LINUX_REBOOT_MAGIC2 = 672274793;
    int LINUX_REBOOT_CMD_RESTART = 0x01234567;
    int LINUX_REBOOT_CMD_POWER_OFF = 0x4321fedc;
    int LINUX_REBOOT_CMD_KEXEC = 0x45584543;

    /**
     * kexec_load(2). All numbers are unsigned 32 bit on i386.
     *
     * @param nrSegments as the caller claims; {@code segments} may be null, as a pointer may be NULL
     * @return 0; kernels up to 2.6.27 return a positive count of bytes if the segment array cannot be read
     */
    long kexecLoad(long entry, long nrSegments, @Nullable List<KexecSegment> segments, long flags);

    /**
     * reboot(2). Returns normally where the system call returns 0 in the process that the machine's memory says made
     * it: with LINUX_REBOOT_CMD_KEXEC and an image that preserves the context, after the jump back.
     *
     * @throws ProcessGoneException if the machine now runs another kernel, or none
     */
    void reboot(int magic1, int magic2, int command);

    UtsName uname();

    /** sync(2): what was written reaches the disks. */
    void sync();

    /** Opens for reading. Files under /proc and /sys have the size they have when opened. */
    SeekableByteChannel open(String path);

    /**
     * Creates a file and opens it for writing and reading.
     *
     * @throws SyscallException EEXIST if the name is taken
     */
    SeekableByteChannel create(String path);

    /** @throws SyscallException ENOENT if there is nothing of this name */
    FileStatus stat(String path);

    /** The names in a directory, sorted. */
    List<String> list(String path);

    /** rename(2): atomically, replacing what bears the new name. */
    void rename(String from, String to);

    void unlink(String path);

    @Override
    void close();
}
