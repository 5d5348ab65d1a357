package org.kjump.vmcore;

/**
 * Page frames that follow each other: {@code 0 <= start <= end}. Immutable.
 *
 * @param start the first frame
 * @param end behind the last frame
 */
public record PfnRange(long start, long end) {
    public PfnRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("frames 0x%x to 0x%x".formatted(start, end));
        }
    }
}
