package org.kjump.linux.view;

/** The simulated kernel cannot go on: the message is what it prints behind "Kernel panic - not syncing: ". */
public final class KernelPanic extends RuntimeException {
    public KernelPanic(String message) {
        super(message);
    }
}
