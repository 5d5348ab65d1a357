package org.kjump.vmcore.debug;

import org.kjump.vmcore.VmcoreException;

/** Debug data that are of another kernel than the dump: the C tool's exit status is 2. */
public final class ReleaseMismatchException extends VmcoreException {
    ReleaseMismatchException(String message) {
        super(message);
    }
}
