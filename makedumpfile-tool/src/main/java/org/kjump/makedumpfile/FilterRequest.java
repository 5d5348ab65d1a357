package org.kjump.makedumpfile;

import java.util.OptionalLong;
import org.kjump.vmcore.codec.Compression;

/**
 * What the command line asks for.
 *
 * @param level the sum of what to leave out: 1 zero pages, 2 cache, 4 cache with private data, 8 user data, 16 free pages
 * @param jumpBackEntry physical address, where the user gave it
 */
record FilterRequest(
        String vmcore,
        String dumpfile,
        int level,
        Format format,
        OptionalLong jumpBackEntry,
        OnExisting onExisting,
        Output output) {
    /** What kind of file to write. */
    sealed interface Format {
        record Kdump(Compression compression) implements Format {}

        record Elf() implements Format {}
    }

    enum OnExisting {
        REFUSE,
        OVERWRITE
    }

    enum Output {
        WRITE,
        DRY_RUN
    }
}
