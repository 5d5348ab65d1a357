package org.kjump.makedumpfile;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.codec.Compression;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line, word by word. */
@Command(name = "makedumpfile")
final class Options {
    private static final String LEVEL = "[0-9]|[12][0-9]|3[01]";

    private Compression compression = Compression.NONE;

    /** Of -c, -l, -p and -z the last counts. */
    @Option(names = "-c")
    void zlib(boolean given) {
        pack(given, Compression.ZLIB);
    }

    @Option(names = "-l")
    void lzo(boolean given) {
        pack(given, Compression.LZO);
    }

    @Option(names = "-p")
    void snappy(boolean given) {
        pack(given, Compression.SNAPPY);
    }

    @Option(names = "-z")
    void zstd(boolean given) {
        pack(given, Compression.ZSTD);
    }

    private void pack(boolean given, Compression with) {
        if (given) {
            compression = with;
        }
    }

    @Option(names = "-D")
    boolean debug;

    @Option(names = "--show-stats")
    boolean report;

    @Option(names = "-E")
    boolean elf;

    @Option(names = "-F")
    boolean flattened;

    @Option(names = "-R")
    boolean rearrange;

    @Option(names = "-d")
    String level = "0";

    @Option(names = "-f")
    boolean overwrite;

    @Option(names = "--message-level")
    String messageLevel = Integer.toString(Messages.DEFAULT_LEVEL);

    @Option(names = "--dry-run")
    boolean dryRun;

    @Option(names = "--jump-back-entry")
    @Nullable
    String jumpBackEntry;

    @Option(names = "--machine")
    @Nullable
    String machine;

    @Option(names = "-v")
    boolean version;

    @Option(names = {"-h", "--help"})
    boolean help;

    @Parameters
    List<String> operands = new ArrayList<>();

    /** @throws CommandLine.ParameterException if the words do not go together */
    FilterRequest request() {
        if (flattened && operands.size() != 1) {
            throw bad("with -F one operand is expected, VMCORE; %d found".formatted(operands.size()));
        }
        if (!flattened && operands.size() != 2) {
            throw bad("two operands are expected, VMCORE and DUMPFILE; %d found".formatted(operands.size()));
        }
        if (compression != Compression.NONE && elf) {
            throw bad("-E and -c, -l, -p, -z exclude each other: pages of an ELF file are not compressed");
        }
        return new FilterRequest(
                operands.get(0),
                destination(),
                dumpLevel(),
                elf ? new FilterRequest.Format.Elf() : new FilterRequest.Format.Kdump(compression),
                entry());
    }

    private FilterRequest.Destination destination() {
        if (flattened) {
            if (dryRun) {
                throw bad("--dry-run and -F exclude each other: nothing would come out");
            }
            return new FilterRequest.Destination.Stream();
        }
        String name = operands.get(1);
        return dryRun
                ? new FilterRequest.Destination.DryRun(name, onExisting())
                : new FilterRequest.Destination.File(name, onExisting());
    }

    private FilterRequest.OnExisting onExisting() {
        return overwrite ? FilterRequest.OnExisting.OVERWRITE : FilterRequest.OnExisting.REFUSE;
    }

    /** @throws CommandLine.ParameterException if the words do not go together */
    RearrangeRequest rearrangeRequest() {
        if (operands.size() != 1) {
            throw bad("with -R one operand is expected, DUMPFILE; %d found".formatted(operands.size()));
        }
        if (compression != Compression.NONE || elf || flattened || dryRun || dumpLevel() > 0) {
            throw bad(
                    "-R rearranges standard input as it is: -c, -l, -p, -z, -d, -E, -F and --dry-run do not go with it");
        }
        return new RearrangeRequest(operands.get(0), onExisting());
    }

    private int dumpLevel() {
        if (!level.matches(LEVEL)) {
            throw bad("Dump_level(%s) is invalid. A number from 0 to 31 is expected".formatted(level));
        }
        return Integer.parseInt(level);
    }

    /** @throws CommandLine.ParameterException if it is none */
    int messages() {
        if (!messageLevel.matches(LEVEL)) {
            throw bad("Message_level(%s) is invalid. A number from 0 to 31 is expected".formatted(messageLevel));
        }
        return Integer.parseInt(messageLevel) | (debug ? Messages.DEBUG : 0) | (report ? Messages.REPORT : 0);
    }

    private OptionalLong entry() {
        if (jumpBackEntry == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.decode(jumpBackEntry));
        } catch (NumberFormatException e) {
            throw bad("--jump-back-entry=%s is no address".formatted(jumpBackEntry));
        }
    }

    private CommandLine.ParameterException bad(String message) {
        return new CommandLine.ParameterException(new CommandLine(this), message);
    }
}
