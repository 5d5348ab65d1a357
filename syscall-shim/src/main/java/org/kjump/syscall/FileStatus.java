package org.kjump.syscall;

/**
 * What stat(2) says of a file, as far as the tools ask.
 *
 * @param size in bytes; 0 for a directory
 * @param file tells files apart, as device and inode do: the same for all names that lead to one file
 */
public record FileStatus(Kind kind, long size, String file) {
    public enum Kind {
        REGULAR,
        DIRECTORY
    }
}
