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
 * @param given what the user says of the kernel, if anything is
 * @param info what is known of the kernel without looking into its memory, if anything is
 */
record InputDump(MemoryImage image, Optional<VmcoreInfo> given, Optional<VmcoreInfo> info, DumpReader reader)
        implements AutoCloseable {
    /** What classing pages takes. */
    static final Set<Need> CLASSES = EnumSet.complementOf(EnumSet.of(Need.LOG));

    static InputDump open(DumpReader reader, DumpInput input) {
        MemoryImage image = reader.open(input);
        try {
            Optional<VmcoreInfo> given = reader.given(input);
            return new InputDump(image, given, DumpReader.info(image, given), reader);
        } catch (RuntimeException e) {
            image.close();
            throw e;
        }
    }

    /** @throws VmcoreException if too little is known of the kernel */
    KernelMemory kernel() {
        return reader.kernel(image, given, CLASSES);
    }

    @Override
    public void close() {
        image.close();
    }
}
