package org.kjump.makedumpfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kjump.makedumpfile.FilterRequest.Destination;
import org.kjump.vmcore.codec.Compression;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line, word by word, and what it asks for. */
@Command(
        name = "makedumpfile",
        customSynopsis = {
            "makedumpfile [-c|-l|-p|-z|-E] [-d DL] [-f] [OPTION...] VMCORE DUMPFILE",
            "makedumpfile -F [-c|-l|-p|-z|-E] [-d DL] [OPTION...] VMCORE",
            "makedumpfile --split [OPTION...] VMCORE DUMPFILE1 DUMPFILE2 [...]",
            "makedumpfile --diskset=VMCORE1 --diskset=VMCORE2 [...] [OPTION...] DUMPFILE",
            "makedumpfile --reassemble PART1 [...] DUMPFILE",
            "makedumpfile -R [-f] DUMPFILE",
            "makedumpfile -g VMCOREINFO -x VMLINUX",
            "makedumpfile --dump-dmesg [--partial-dmesg] [-f] VMCORE LOGFILE",
            "makedumpfile --mem-usage [--json] VMCORE",
            "makedumpfile --vtop ADDR VMCORE [DUMPFILE]",
            "makedumpfile --explain ADDR [-d DL] VMCORE"
        },
        description = {
            "Writes the dump VMCORE to DUMPFILE without the pages that the dump level DL names.",
            "DUMPFILE is kdump-compressed, or with -E an ELF core. It bears its name only when it is whole."
        },
        footer = "Exit status: 0 done, 1 failed, 2 the file given by -i is of another kernel.")
final class Options {
    private static final String XEN = "Xen memory core images are not supported: %s";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    final OutputOptions output = new OutputOptions();

    @Mixin
    final SelectionOptions selection = new SelectionOptions();

    @Mixin
    final InputOptions input = new InputOptions();

    @Mixin
    final ModeOptions mode = new ModeOptions();

    @Mixin
    final ResourceOptions resources = new ResourceOptions();

    @Mixin
    final MessageOptions messages = new MessageOptions();

    // One by one: a variable number would swallow abbreviated options.
    @Parameters(index = "0..*", arity = "0..1", hidden = true)
    private List<String> operands = new ArrayList<>();

    /** A parser for one command line, which has to be read before anything is asked. */
    static CommandLine parser(Options options) {
        return new CommandLine(options)
                .setOverwrittenOptionsAllowed(true)
                .setAbbreviatedOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false);
    }

    /** Whether standard output has data, so that messages have to go elsewhere. */
    boolean dataOnStandardOutput() {
        return output.flattened || messages.json;
    }

    /**
     * What is to be done, one after the other.
     *
     * @throws ParameterException if the words do not go together
     */
    List<Request> requests() {
        Set<String> given = given();
        refuseWhatIsNotThere(given);
        Mode what = Mode.of(given);
        List<String> conflicts = what.conflicts(given);
        if (!conflicts.isEmpty()) {
            throw bad(what.conflict(conflicts));
        }
        check(given);
        int count = operands.size() + (readsDump(what) && !input.diskset.isEmpty() ? 1 : 0);
        if (!what.takes(count)) {
            throw bad("%s; %d found".formatted(what.expected(), operands.size()));
        }
        if (what == Mode.SPLIT && Set.copyOf(outputs()).size() < outputs().size()) {
            throw bad("--split: a name for each part expected, one is there twice");
        }
        return requests(what);
    }

    private static boolean readsDump(Mode mode) {
        return mode != Mode.VMCOREINFO && mode != Mode.REARRANGE && mode != Mode.REASSEMBLE;
    }

    private List<Request> requests(Mode what) {
        return switch (what) {
            case VMCOREINFO ->
                List.of(new VmcoreinfoRequest(need(input.vmlinux), need(mode.vmcoreinfo), output.onExisting()));
            case REARRANGE -> List.of(new RearrangeRequest(last(), output.onExisting()));
            case REASSEMBLE ->
                List.of(new ReassembleRequest(operands.subList(0, operands.size() - 1), last(), output.onExisting()));
            case LOG ->
                List.of(new LogRequest(dump(), last(), output.onExisting(), mode.logExtent(), output.sizeLimit()));
            case MEMORY_USAGE -> List.of(new MemoryUsageRequest(dump()));
            case EXPLAIN -> List.of(new ExplainRequest(dump(), need(mode.place), selection.levels.list()));
            case SPLIT ->
                withTranslation(new Destination.Split(outputs(), output.splitBlockBytes(), output.onExisting()));
            case FLATTENED -> withTranslation(new Destination.Stream());
            case TRANSLATE -> outputs().isEmpty() ? List.of(translation(need(mode.vaddr))) : withTranslation(file());
            case FILTER -> List.of(filter(file()));
        };
    }

    private List<Request> withTranslation(Destination destination) {
        Request filter = filter(destination);
        return mode.vaddr == null ? List.of(filter) : List.of(translation(mode.vaddr), filter);
    }

    private Request translation(long vaddr) {
        return new TranslateRequest(dump(), vaddr);
    }

    private Destination file() {
        String name = last();
        return output.dryRun
                ? new Destination.DryRun(name, output.onExisting())
                : new Destination.File(name, output.onExisting());
    }

    private FilterRequest filter(Destination destination) {
        return new FilterRequest(
                dump(),
                destination,
                selection.levels.list(),
                output.format(),
                selection.vmemmap(),
                output.sizeLimit(),
                Optional.ofNullable(selection.config),
                resources.resources());
    }

    private DumpInput dump() {
        return input.input(input.diskset.isEmpty() ? operands.subList(0, 1) : input.diskset);
    }

    /** The operands behind VMCORE. */
    private List<String> outputs() {
        return input.diskset.isEmpty() ? operands.subList(1, operands.size()) : operands;
    }

    private String last() {
        return operands.get(operands.size() - 1);
    }

    /** The options given, by their first names; a level of 0 is the same as none. */
    private Set<String> given() {
        Set<String> given = new HashSet<>();
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptionsSet()) {
            given.add(option.names()[0]);
        }
        if (selection.levels.equals(Numbers.Levels.NONE)) {
            given.remove("-d");
        }
        return given;
    }

    private void refuseWhatIsNotThere(Set<String> given) {
        for (String xen : List.of("-X", "--xen-syms", "--xen-vmcoreinfo", "--xen_phys_start")) {
            if (given.contains(xen)) {
                throw bad(XEN.formatted(xen));
            }
        }
        if (selection.eppic != null) {
            throw bad("--eppic is not supported: there is no interpreter of eppic macros. "
                    + "Write what %s erases to a file, as in 'erase symbol.member size 16', and give it with --config"
                            .formatted(selection.eppic));
        }
        if (selection.extension != null) {
            throw bad("--extension is not supported: %s is native code".formatted(selection.extension));
        }
    }

    private void check(Set<String> given) {
        if (output.compression != Compression.NONE && output.elf) {
            throw bad("-E and -c, -l, -p, -z exclude each other: pages of an ELF file are not compressed");
        }
        if (input.vmlinux != null && input.vmcoreinfo != null) {
            throw bad("-x and -i exclude each other: both say what the kernel is like");
        }
        if (mode.vmcoreinfo != null && (input.vmlinux == null || input.vmcoreinfo != null)) {
            throw bad("-g needs -x VMLINUX, of which it writes VMCOREINFO");
        }
        needs(given, "--config", "-x");
        needs(given, "--max-segments", "-E");
        needs(given, "--partial-dmesg", "--dump-dmesg");
    }

    private void needs(Set<String> given, String option, String other) {
        if (given.contains(option) && !given.contains(other)) {
            throw bad("%s needs %s".formatted(option, other));
        }
    }

    private <T> T need(@Nullable T value) {
        if (value == null) {
            throw bad("a word is missing");
        }
        return value;
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
