package org.kjump.kexec.image;

import java.util.Optional;
import org.kjump.vmcore.io.ByteSource;

/** What kexec can load. */
public sealed interface KernelImage permits BzImage, ElfExecutable, ElfCore {
    /** The (decompressed) file. */
    ByteSource file();

    /** The name that {@code -t} knows. */
    String type();

    /** What {@code file} is; empty if no format recognises it. ELF first, as the C tool probes. */
    static Optional<KernelImage> probe(ByteSource file) {
        if (ElfFile.isElf(file)) {
            return ElfFile.parse(file);
        }
        return BzImage.probe(file).map(image -> image);
    }
}
