package org.kjump.kexec.plan;

/** What was asked for cannot be placed; the message is one line, or more where the C tool prints more. */
public final class PlanException extends RuntimeException {
    private static final int REFUSED = 1;
    private static final int FAILED = 255;

    private final int status;

    public PlanException(String message) {
        this(REFUSED, message);
    }

    private PlanException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Where the C tool ends with {@code Cannot load}. */
    static PlanException cannotLoad(String message, String file) {
        return new PlanException(FAILED, "%s\nCannot load %s".formatted(message, file));
    }

    /** Where the C tool has no other line, but ends as if the kernel had refused. */
    static PlanException failed(String message) {
        return new PlanException(FAILED, message);
    }

    /** The exit status that the C tool has for it. */
    public int status() {
        return status;
    }
}
