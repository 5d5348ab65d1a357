package org.kjump.makedumpfile;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.codec.Compression;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What kind of file to write. */
@Command(optionListHeading = "What is written")
final class OutputOptions {
    /** Of -c, -l, -p and -z the last counts. */
    Compression compression = Compression.NONE;

    @Option(names = "-c", description = "Compress each page with zlib.")
    void zlib(boolean given) {
        pack(given, Compression.ZLIB);
    }

    @Option(
            names = "-l",
            description =
                    "Compress each page with LZO. Of @|bold -c|@, @|bold -l|@, @|bold -p|@ and @|bold -z|@ the last counts.")
    void lzo(boolean given) {
        pack(given, Compression.LZO);
    }

    @Option(names = "-p", description = "Compress each page with snappy.")
    void snappy(boolean given) {
        pack(given, Compression.SNAPPY);
    }

    @Option(names = "-z", description = "Compress each page with zstd.")
    void zstd(boolean given) {
        pack(given, Compression.ZSTD);
    }

    private void pack(boolean given, Compression with) {
        if (given) {
            compression = with;
        }
    }

    @Option(names = "-E", description = "Write an ELF core, as gdb and kexec -l read it, and no kdump-compressed file.")
    boolean elf;

    @Option(
            names = "--max-segments",
            paramLabel = "N",
            converter = Numbers.PositiveConverter.class,
            description =
                    "With @|bold -E|@: write at most N PT_LOADs; the gaps between them that cost least are filled.")
    @Nullable
    Integer maxSegments;

    @Option(
            names = "-F",
            description =
                    "Write to standard output, in the flattened format; messages go to standard error. There is no DUMPFILE then.")
    boolean flattened;

    @Option(
            names = "--split",
            description = "Write several files, DUMPFILE1 DUMPFILE2 and so on, each with a part of the pages.")
    boolean split;

    @Option(
            names = "--splitblock-size",
            paramLabel = "KIB",
            converter = Numbers.CountConverter.class,
            description =
                    "With @|bold --split|@: deal memory out in blocks of so many KiB, a multiple of the page size (default: 1024).")
    @Nullable
    Integer splitBlock;

    @Option(
            names = "-L",
            paramLabel = "SIZE",
            converter = Numbers.SizeConverter.class,
            description =
                    "Write at most SIZE bytes; K, M, G, T, P or E may follow the number. If that is not enough, the next level of @|bold -d|@ is tried.")
    @Nullable
    Long sizeLimit;

    @Option(names = "-f", description = "Overwrite DUMPFILE.")
    boolean overwrite;

    @Option(names = "--dry-run", description = "Do everything but write.")
    boolean dryRun;

    FilterRequest.OnExisting onExisting() {
        return overwrite ? FilterRequest.OnExisting.OVERWRITE : FilterRequest.OnExisting.REFUSE;
    }

    OptionalLong sizeLimit() {
        return sizeLimit == null ? OptionalLong.empty() : OptionalLong.of(sizeLimit);
    }

    FilterRequest.Format format() {
        return elf
                ? new FilterRequest.Format.Elf(maxSegments == null ? OptionalInt.empty() : OptionalInt.of(maxSegments))
                : new FilterRequest.Format.Kdump(compression);
    }

    /** Bytes in a block of {@code --split}; the C tool's default is 1 GiB. */
    long splitBlockBytes() {
        return splitBlock == null || splitBlock == 0 ? 1L << 20 : splitBlock * 1024L;
    }
}
