package org.kjump.vmcore.pipeline;

import java.io.IOException;

/**
 * A stretch of work, cut into blocks that are used again and again. {@link #work} is called by many threads at once, each with a block of
 * its own; all else by one.
 *
 * @param <B> a block: the buffers that one piece of the work needs
 */
public interface Stages<B> {
    /** A block for a piece of work. As many are made as are under way at once. */
    B block();

    /**
     * Says in {@code block} what the next piece of the work is. Called in order by the thread that runs it all.
     *
     * @return false if no work is left; then {@code block} is not used
     */
    boolean next(B block);

    /** Does the work. Called by any thread, for several blocks at once. */
    void work(B block);

    /** Takes the result. Called in the order of {@link #next}, by the thread that runs it all. */
    void done(B block) throws IOException;
}
