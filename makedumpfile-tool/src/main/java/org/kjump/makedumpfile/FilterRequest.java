package org.kjump.makedumpfile;

import java.util.OptionalLong;
import org.kjump.vmcore.codec.Compression;

/** What the command line asks for. */
record FilterRequest(
        String vmcore,
        String dumpfile,
        int level,
        Compression compression,
        OptionalLong jumpBackEntry,
        OnExisting onExisting,
        Output output) {
    enum OnExisting {
        REFUSE,
        OVERWRITE
    }

    enum Output {
        WRITE,
        DRY_RUN
    }
}
