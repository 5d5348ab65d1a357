package org.kjump.vmcore.io;

import java.io.IOException;

/** There is no room for what is to be written, or the user allows no more. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1;

    private final long room;

    /** @param room how many bytes there was room for */
    public NoSpaceException(String message, long room, Throwable cause) {
        super(message, cause);
        this.room = room;
    }

    /** @param room how many bytes there is room for */
    public NoSpaceException(String message, long room) {
        super(message);
        this.room = room;
    }

    /** How many bytes of the file there is room for. */
    public long room() {
        return room;
    }
}
