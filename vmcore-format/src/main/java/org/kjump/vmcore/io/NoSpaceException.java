package org.kjump.vmcore.io;

import java.io.IOException;

/** There is no room for what is to be written, or the user allows no more. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    public NoSpaceException(String message) {
        super(message);
    }
}
