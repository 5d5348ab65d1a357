package org.kjump.kexec.image;

import java.util.List;
import org.kjump.vmcore.io.ByteSource;

/** An i386 dump of physical memory, to be resumed. */
public record ElfCore(ByteSource file, List<LoadSegment> loads) implements KernelImage {
    @Override
    public String type() {
        return "elf-x86";
    }
}
