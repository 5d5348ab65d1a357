package org.kjump.kexec;

/** The command ends here, with this message and exit status. */
final class RefusedException extends RuntimeException {
    private final int status;

    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
