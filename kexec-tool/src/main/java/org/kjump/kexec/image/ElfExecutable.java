package org.kjump.kexec.image;

import java.util.List;
import org.kjump.vmcore.io.ByteSource;

/** An i386 ELF program without an interpreter. */
public record ElfExecutable(ByteSource file, long entry, List<LoadSegment> loads) implements KernelImage {
    @Override
    public String type() {
        return "elf-x86";
    }
}
