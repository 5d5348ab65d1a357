package org.kjump.kexec.plan;

import java.util.Optional;
import org.kjump.kexec.image.BzImage;

/**
 * What a bzImage's load is planned from.
 *
 * @param map the running kernel's
 * @param window from {@code --mem-min} to behind {@code --mem-max}
 * @param vmcoreInfo text of the running kernel's VMCOREINFO note, empty if it has none
 */
public record BzImageRequest(
        BzImage image,
        MemoryMap map,
        PaddrRange window,
        String commandLine,
        Optional<Payload> initrd,
        String vmcoreInfo,
        Checks checks) {
    /** Whether the purgatory verifies the digest. */
    public enum Checks {
        SHA256,
        NONE
    }
}
