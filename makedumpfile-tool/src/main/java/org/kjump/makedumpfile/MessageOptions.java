package org.kjump.makedumpfile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What to tell. */
@Command(optionListHeading = "What is told")
final class MessageOptions {
    @Option(
            names = "--message-level",
            paramLabel = "N",
            converter = Numbers.MessageLevelConverter.class,
            description =
                    "The sum of: 1 progress, 2 common messages, 4 errors, 8 debugging, 16 the report. Default: 7.")
    int level = Messages.DEFAULT_LEVEL;

    @Option(names = "-D", description = "Debugging messages, too.")
    boolean debug;

    @Option(names = "--show-stats", description = "The report, too.")
    boolean report;

    @Option(
            names = "--json",
            description =
                    "The report as JSON on standard output; messages go to standard error. With @|bold --dry-run|@: what each level would keep, and how large DUMPFILE would be.")
    boolean json;

    @Option(names = "-v", description = "The version.")
    boolean version;

    @Option(
            names = {"-h", "--help"},
            description = "This text.")
    boolean help;

    int level() {
        return level | (debug ? Messages.DEBUG : 0) | (report ? Messages.REPORT : 0);
    }
}
