package org.kjump.vmcore;

/**
 * A dump, or the kernel memory in it, is not what it has to be: damaged, cut, foreign, or unreadable.
 *
 * <p>The only exception that damaged input leads to, whatever is damaged. The message is one line that names the file, the place in it, what was expected and what was found.
 */
public class VmcoreException extends RuntimeException {
    /** @param message one line: file, place, expected, found */
    public VmcoreException(String message) {
        super(message);
    }

    /** @param message one line: file, place, expected, found */
    public VmcoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
