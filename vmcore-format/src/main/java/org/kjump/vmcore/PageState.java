package org.kjump.vmcore;

/** What a dump knows of a page frame: of {@link #PRESENT} and {@link #ZERO} bytes can be read, of the others not. */
public enum PageState {
    /** The dump has the page's bytes. */
    PRESENT,
    /** The page is known to hold nothing but zeros; the dump need not store them. */
    ZERO,
    /** The page exists on the dumped machine, and was left out of the dump. */
    EXCLUDED,
    /** The dumped machine has no memory at this frame, as far as the dump tells. */
    ABSENT
}
