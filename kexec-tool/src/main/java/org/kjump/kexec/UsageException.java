package org.kjump.kexec;

/** The command line makes no sense: the message goes to standard error, the usage to standard output. */
final class UsageException extends RuntimeException {
    private final int status;

    UsageException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
