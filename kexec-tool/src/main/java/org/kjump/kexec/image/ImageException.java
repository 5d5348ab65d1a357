package org.kjump.kexec.image;

/** A file is not what it has to be; the message is one line. */
public final class ImageException extends RuntimeException {
    public ImageException(String message) {
        super(message);
    }
}
