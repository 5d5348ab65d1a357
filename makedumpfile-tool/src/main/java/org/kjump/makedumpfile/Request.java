package org.kjump.makedumpfile;

import java.io.IOException;

/** What a command line asks for: one of the things that the command does. Immutable. */
sealed interface Request
        permits FilterRequest,
                RearrangeRequest,
                ReassembleRequest,
                LogRequest,
                MemoryUsageRequest,
                ExplainRequest,
                TranslateRequest,
                VmcoreinfoRequest {
    /** What messages call that which is written, such as {@code dump file(NAME)}. */
    String target();

    /**
     * Does it.
     *
     * @throws org.kjump.vmcore.VmcoreException if what is read is not what it has to be
     * @throws IOException if {@link #target()} cannot be written
     */
    void run(Session session) throws IOException;
}
