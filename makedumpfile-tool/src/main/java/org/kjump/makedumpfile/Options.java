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

    @Option(names = "-c")
    boolean zlib;

    @Option(names = "-E")
    boolean elf;

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
        if (operands.size() != 2) {
            throw bad("two operands are expected, VMCORE and DUMPFILE; %d found".formatted(operands.size()));
        }
        if (zlib && elf) {
            throw bad("-c and -E exclude each other: pages of an ELF file are not compressed");
        }
        return new FilterRequest(
                operands.get(0),
                operands.get(1),
                dumpLevel(),
                elf
                        ? new FilterRequest.Format.Elf()
                        : new FilterRequest.Format.Kdump(zlib ? Compression.ZLIB : Compression.NONE),
                entry(),
                overwrite ? FilterRequest.OnExisting.OVERWRITE : FilterRequest.OnExisting.REFUSE,
                dryRun ? FilterRequest.Output.DRY_RUN : FilterRequest.Output.WRITE);
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
        return Integer.parseInt(messageLevel);
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
