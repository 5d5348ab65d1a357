package org.kjump.vmcore.open;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.flattened.FlattenedFile;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpFile;

/** Opens dumps: what a file is, its first bytes say. Stateless: for any number of threads. */
public final class Dump {
    private Dump() {}

    /**
     * A dump on any file system.
     *
     * @return the dump; closing it closes the file
     * @throws VmcoreException if the file is damaged or no dump
     */
    public static MemoryImage open(Path file) throws IOException {
        return open(ByteSource.open(file));
    }

    /** A dump behind any channel, which belongs to the dump from now on, also if this fails. */
    public static MemoryImage open(String name, SeekableByteChannel channel) throws IOException {
        return open(ByteSource.of(name, channel));
    }

    /** A dump in any source, which belongs to the dump from now on, also if this fails. */
    public static MemoryImage open(ByteSource source) {
        try {
            if (ElfCore.recognises(source)) {
                return new ElfCore(source);
            }
            if (KdumpFile.recognises(source)) {
                return new KdumpFile(source);
            }
            if (FlattenedFile.recognises(source) && !(source instanceof FlattenedFile)) {
                return open(new FlattenedFile(source));
            }
            throw new VmcoreException(
                    "%s: no dump: an ELF core or a kdump-compressed file, flattened or not, is expected"
                            .formatted(source.name()));
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }
}
