package org.kjump.kexec.image;

/** A file is nothing that can be loaded; the message begins as the C tool's does. */
public final class ForeignFileException extends RuntimeException {
    ForeignFileException(String file, String why) {
        super("Cannot determine the file type of %s: %s".formatted(file, why));
    }
}
