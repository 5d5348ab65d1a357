package org.kjump.vmcore;

/** Is told how far long work has come, by one thread at a time. What it throws ends the work. */
public interface Progress {
    /** Nobody watches. */
    Progress NONE = (done, total) -> {};

    /**
     * Called often, from the thread that works: an implementation decides how much of it to show.
     *
     * @param done units of work, from 0 to {@code total}
     */
    void at(long done, long total);
}
