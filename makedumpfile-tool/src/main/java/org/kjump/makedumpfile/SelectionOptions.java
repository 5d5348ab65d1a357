package org.kjump.makedumpfile;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What of a dump is written. */
@Command(optionListHeading = "What is left out")
final class SelectionOptions {
    @Option(
            names = "-d",
            paramLabel = "DL[,DL...]",
            converter = Numbers.LevelsConverter.class,
            description = {
                "Dump level: the sum of what is left out. 1 zero pages, 2 cache, 4 cache with private data, 8 user data, 16 free pages.",
                "Further levels are tried in turn when there is no space for the one before. Default: 0."
            })
    Numbers.Levels levels = Numbers.Levels.NONE;

    @Option(
            names = "-e",
            description =
                    "Leave out pages of struct pages that speak of left-out memory only (x86_64). Needs no @|bold --work-dir|@ here.")
    boolean unusedVmemmap;

    @Option(names = "--config", paramLabel = "FILE", description = "Erase the data that FILE names; needs @|bold -x|@.")
    @Nullable
    String config;

    @Option(
            names = "--eppic",
            paramLabel = "FILE",
            description =
                    "Refused: there is no interpreter of eppic macros here. @|bold --config|@ erases the same data by name.")
    @Nullable
    String eppic;

    @Option(names = "--extension", paramLabel = "FILE", description = "Refused: native plug-ins cannot be loaded.")
    @Nullable
    String extension;

    FilterRequest.UnusedVmemmap vmemmap() {
        return unusedVmemmap ? FilterRequest.UnusedVmemmap.LEAVE_OUT : FilterRequest.UnusedVmemmap.KEEP;
    }
}
