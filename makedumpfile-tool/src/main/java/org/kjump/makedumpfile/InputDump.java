package org.kjump.makedumpfile;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.Need;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * A dump that is open.
 *
 * @param image the memory of the dumped kernel as it saw it itself
 * @param info what is known of the kernel without looking into its memory, if anything is
 */
record InputDump(MemoryImage image, Optional<VmcoreInfo> info, DumpReader reader, DumpInput input)
        implements AutoCloseable {
    /** What classing pages takes. */
    static final Set<Need> CLASSES = EnumSet.complementOf(EnumSet.of(Need.LOG));

    static InputDump open(DumpReader reader, DumpInput input) {
        MemoryImage image = reader.open(input);
        try {
            return new InputDump(image, reader.info(image, input), reader, input);
        } catch (RuntimeException e) {
            image.close();
            throw e;
        }
    }

    /** @throws VmcoreException if too little is known of the kernel */
    KernelMemory kernel() {
        return reader.kernel(image, input, CLASSES);
    }

    @Override
    public void close() {
        image.close();
    }
}
