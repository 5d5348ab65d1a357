package org.kjump.makedumpfile;

import org.kjump.vmcore.VmcoreException;

/** What is known of a kernel ({@code -i}) is not of the kernel that was dumped. */
final class OtherKernelException extends VmcoreException {
    /** The exit status that tells scripts so: makedumpfile 1.7.2 has it for this alone. */
    static final int STATUS = 2;

    OtherKernelException(String file, String vmcore) {
        super("%s and %s don't match.".formatted(file, vmcore));
    }
}
