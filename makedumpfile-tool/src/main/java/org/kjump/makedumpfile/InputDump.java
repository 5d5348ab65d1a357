package org.kjump.makedumpfile;

import java.util.Optional;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * A dump that is open.
 *
 * @param image the memory of the dumped kernel as it saw it itself
 * @param info what is known of the kernel, if anything is
 */
record InputDump(MemoryImage image, Optional<VmcoreInfo> info) implements AutoCloseable {
    static InputDump open(DumpReader reader, DumpInput input) {
        MemoryImage image = reader.open(input);
        try {
            return new InputDump(image, reader.info(image, input));
        } catch (RuntimeException e) {
            image.close();
            throw e;
        }
    }

    /** @throws VmcoreException if nothing is known of the kernel */
    KernelMemory kernel() {
        return new KernelMemory(
                image,
                info.orElseThrow(() -> new VmcoreException(
                        "%s doesn't contain vmcoreinfo: only levels 0 and 1 are possible".formatted(image.name()))));
    }

    @Override
    public void close() {
        image.close();
    }
}
