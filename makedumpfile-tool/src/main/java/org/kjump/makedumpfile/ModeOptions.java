package org.kjump.makedumpfile;

import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.dmesg.Dmesg;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What to do other than to filter a dump. */
@Command(optionListHeading = "What else can be done")
final class ModeOptions {
    @Option(names = "-R", description = "Make DUMPFILE of the flattened dump on standard input.")
    boolean rearrange;

    @Option(names = "--reassemble", description = "Make one DUMPFILE of the parts of a split one.")
    boolean reassemble;

    @Option(
            names = "-g",
            paramLabel = "VMCOREINFO",
            description = "Write what the image given by @|bold -x|@ says of its kernel, for use with @|bold -i|@.")
    @Nullable
    String vmcoreinfo;

    @Option(names = "--dump-dmesg", description = "Write the kernel's log to LOGFILE.")
    boolean log;

    @Option(
            names = "--partial-dmesg",
            description = "With @|bold --dump-dmesg|@: only what came since the log was cleared.")
    boolean logSinceClear;

    @Option(
            names = "--mem-usage",
            description = "Say how many pages of VMCORE, such as /proc/kcore, are used for what.")
    boolean memoryUsage;

    @Option(
            names = "--vtop",
            paramLabel = "ADDR",
            converter = Numbers.AddressConverter.class,
            description =
                    "Translate a virtual address by the kernel's page tables, and show the way. With a DUMPFILE, that is written, too.")
    @Nullable
    Long vaddr;

    @Option(
            names = "--explain",
            paramLabel = "ADDR",
            converter = Numbers.PlaceConverter.class,
            description = "Say why the page at a physical address, or pfn:NUMBER, is kept or left out at level DL.")
    ExplainRequest.@Nullable Place place;

    @Option(names = "--check-params", description = "Check the command line and do nothing else.")
    boolean checkOnly;

    Dmesg.Extent logExtent() {
        return logSinceClear ? Dmesg.Extent.SINCE_CLEAR : Dmesg.Extent.ALL;
    }
}
