package org.kjump.machine;

/** A machine's folder that cannot be used: missing, damaged, in use, or too small. The message is one line. */
public class MachineException extends RuntimeException {
    public MachineException(String message) {
        super(message);
    }

    public MachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
