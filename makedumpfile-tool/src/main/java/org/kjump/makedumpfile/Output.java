package org.kjump.makedumpfile;

import java.io.IOException;
import org.kjump.vmcore.io.NoSpaceException;

/** A selection in one file format, as bytes for a sink. */
interface Output {
    /**
     * Writes all of it.
     *
     * @throws NoSpaceException if it is more than there is room for
     */
    Report whole(LimitedSink sink) throws IOException;

    /**
     * Writes the most useful part of it, marked as incomplete, when there was no room for all of it.
     *
     * @param room how many bytes there is room for, as far as is known
     * @throws NoSpaceException if there is not even room for headers
     */
    Report whatFits(LimitedSink sink, long room) throws IOException;
}
