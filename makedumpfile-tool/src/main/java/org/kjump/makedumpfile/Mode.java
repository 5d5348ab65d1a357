package org.kjump.makedumpfile;

import java.util.List;
import java.util.Set;

/** The things that the command does: how many operands each expects, and which options do not go with it. */
enum Mode {
    VMCOREINFO("-g", "", 0, 0, "-c -l -p -z -d -E -F -R --dry-run --json"),
    REARRANGE("-R", "DUMPFILE", 1, 1, "-c -l -p -z -d -e -E -F -L -i -x --split --dry-run --json"),
    REASSEMBLE(
            "--reassemble",
            "the parts and DUMPFILE",
            2,
            Integer.MAX_VALUE,
            "-c -l -p -z -d -e -E -F -L -i -x --split --dry-run --json"),
    LOG("--dump-dmesg", "VMCORE and LOGFILE", 2, 2, "-F --split --dry-run --json"),
    MEMORY_USAGE("--mem-usage", "VMCORE", 1, 1, "-F -L --split"),
    EXPLAIN("--explain", "VMCORE", 1, 1, "-F -L --split --dry-run --json"),
    SPLIT("--split", "VMCORE and at least two DUMPFILEs", 3, Integer.MAX_VALUE, "-F -E --dry-run"),
    FLATTENED("-F", "VMCORE", 1, 1, "--dry-run --json"),
    TRANSLATE("--vtop", "VMCORE, and DUMPFILE if one is to be written", 1, 2, "--json"),
    FILTER("", "VMCORE and DUMPFILE", 2, 2, "");

    private final String option;
    private final String operands;
    private final int least;
    private final int most;
    private final String excluded;

    Mode(String option, String operands, int least, int most, String excluded) {
        this.option = option;
        this.operands = operands;
        this.least = least;
        this.most = most;
        this.excluded = excluded;
    }

    /** The mode that a command line with these options is for. The order is the C tool's: one mode goes before another. */
    static Mode of(Set<String> given) {
        for (Mode mode : values()) {
            if (given.contains(mode.option)) {
                return mode;
            }
        }
        return FILTER;
    }

    /** What does not go together, or an empty list. */
    List<String> conflicts(Set<String> given) {
        Set<String> others = Set.of(excluded.split(" "));
        return given.stream().filter(others::contains).sorted().toList();
    }

    /** What does not go together, as a sentence. */
    String conflict(List<String> others) {
        return "%s cannot be used with %s.".formatted(String.join(", ", others), option);
    }

    /** Whether so many operands are expected; {@code --diskset} stands for VMCORE. */
    boolean takes(int count) {
        return count >= least && count <= most;
    }

    String expected() {
        String with = option.isEmpty() ? "" : "with %s ".formatted(option);
        return "%soperands expected: %s".formatted(with, most == 0 ? "none" : operands);
    }
}
