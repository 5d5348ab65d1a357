package org.kjump.kexec.image;

import org.kjump.vmcore.elf.ElfFile;
import org.kjump.vmcore.io.ByteSource;

/** What kexec can load. */
public sealed interface KernelImage permits BzImage, ElfExecutable, ElfCore {
    /** The (decompressed) file. */
    ByteSource file();

    /** The name that {@code -t} knows. */
    String type();

    /**
     * What {@code file} is. ELF first, as the C tool probes.
     *
     * @throws ForeignFileException if it is nothing that can be loaded
     * @throws ImageException if it is a bzImage that is cut
     */
    static KernelImage of(ByteSource file) {
        if (ElfFile.recognises(file)) {
            return ElfImage.parse(file);
        }
        return BzImage.probe(file).orElseThrow(() -> new ForeignFileException(file.name(), Signature.describe(file)));
    }
}
