package org.kjump.syscall;

/**
 * The calling process is no more: the machine runs another kernel, was switched off, or has stopped. Not an error of the
 * call: a real process would simply not come back from it.
 */
public final class ProcessGoneException extends RuntimeException {
    private final Ending ending;

    /** What became of the machine. */
    public enum Ending {
        /** Another kernel runs. */
        OTHER_KERNEL,
        POWER_OFF,
        /** The processor has stopped, as after a triple fault. */
        STOPPED
    }

    public ProcessGoneException(Ending ending, String message) {
        super(message);
        this.ending = ending;
    }

    public Ending ending() {
        return ending;
    }
}
