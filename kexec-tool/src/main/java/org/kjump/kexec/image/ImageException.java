package org.kjump.kexec.image;

import org.kjump.vmcore.io.ByteSource;

/** A file of a known type is not what it has to be; the message is one line, and the C tool's second. */
public final class ImageException extends RuntimeException {
    public ImageException(ByteSource file, String message) {
        super("%s\nCannot load %s".formatted(message, file.name()));
    }
}
