package org.kjump.makedumpfile;

import java.util.OptionalLong;
import org.kjump.vmcore.codec.Compression;

/**
 * What the command line asks for.
 *
 * @param level the sum of what to leave out: 1 zero pages, 2 cache, 4 cache with private data, 8 user data, 16 free pages
 * @param jumpBackEntry physical address, where the user gave it
 */
record FilterRequest(String vmcore, Destination destination, int level, Format format, OptionalLong jumpBackEntry) {
    /** What kind of file to write. */
    sealed interface Format {
        record Kdump(Compression compression) implements Format {}

        record Elf() implements Format {}
    }

    /** Where it goes. */
    sealed interface Destination {
        /** What messages call it. */
        String name();

        record File(String name, OnExisting onExisting) implements Destination {}

        /** Flattened to standard output. */
        record Stream() implements Destination {
            @Override
            public String name() {
                return "STDOUT";
            }
        }

        /** Nowhere: all work is done but the writing. */
        record DryRun(String name, OnExisting onExisting) implements Destination {}
    }

    enum OnExisting {
        REFUSE,
        OVERWRITE
    }
}
