package org.kjump.syscall;

/** What stat(2) says of a file, as far as the tools ask. */
public record FileStatus(Kind kind, long size) {
    public enum Kind {
        REGULAR,
        DIRECTORY
    }
}
