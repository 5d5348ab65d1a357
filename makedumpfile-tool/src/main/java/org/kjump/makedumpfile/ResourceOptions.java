package org.kjump.makedumpfile;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the work may use. Half of them the C tool needs, and this one does not. */
@Command(optionListHeading = "What the work uses")
final class ResourceOptions {
    @Option(
            names = "--num-threads",
            paramLabel = "N",
            converter = Numbers.CountConverter.class,
            description =
                    "Work with N threads (default, and 0: one for each processor). The output is the same for any N.")
    int threads;

    @Option(
            names = "-b",
            paramLabel = "ORDER",
            converter = Numbers.BlockOrderConverter.class,
            description = "Work on 2^ORDER pages at a time, 0 to 20. The output is the same for any ORDER.")
    @Nullable
    Integer blockOrder;

    @Option(
            names = "--cyclic-buffer",
            paramLabel = "KIB",
            converter = Numbers.CountConverter.class,
            description = "Has no effect: what is known of each page is kept in pieces, and there are no cycles.")
    int cyclicBuffer;

    @Option(names = "--work-dir", paramLabel = "DIR", description = "Has no effect: there are no temporary files.")
    @Nullable
    String workDirectory;

    @Option(names = "--non-mmap", description = "Has no effect: files are read, never mapped.")
    boolean noMmap;

    FilterRequest.Resources resources() {
        return new FilterRequest.Resources(
                threads == 0 ? OptionalInt.empty() : OptionalInt.of(threads),
                blockOrder == null ? OptionalInt.empty() : OptionalInt.of(blockOrder));
    }
}
