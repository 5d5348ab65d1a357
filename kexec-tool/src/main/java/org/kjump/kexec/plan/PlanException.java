package org.kjump.kexec.plan;

/** What was asked for cannot be placed; the message is one line, or more where the C tool prints more. */
public final class PlanException extends RuntimeException {
    public PlanException(String message) {
        super(message);
    }
}
