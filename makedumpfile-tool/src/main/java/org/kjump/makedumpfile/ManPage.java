package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * makedumpfile(8) as roff, from the same options as {@link Usage}. picocli's own generator writes AsciiDoc, which asks for a JRuby of
 * 60 MB to become a man page.
 */
final class ManPage {
    private static final String BOLD = "@\\|bold (.*?)\\|@";

    private final StringBuilder text = new StringBuilder(".TH MAKEDUMPFILE 8 \"\" \"kjump 0.1.0\" \"kjump\"\n");

    private ManPage() {}

    /**
     * The build calls it.
     *
     * @param directories where {@code man8/makedumpfile.8} goes, and where bash's completion goes as {@code makedumpfile}
     */
    public static void main(String... directories) throws IOException {
        CommandLine line = Options.parser(new Options());
        Path page = Path.of(directories[0], "man8", "makedumpfile.8");
        Files.createDirectories(page.getParent());
        Files.writeString(page, of(line.getCommandSpec()));
        Path completion = Path.of(directories[1], "makedumpfile");
        Files.createDirectories(completion.getParent());
        Files.writeString(completion, AutoComplete.bash("makedumpfile", line));
    }

    static String of(CommandSpec command) {
        ManPage page = new ManPage();
        page.heading("NAME").line("makedumpfile \\- write dumps of kernels without the pages that nobody looks at");
        page.heading("SYNOPSIS");
        for (String form : command.usageMessage().customSynopsis()) {
            page.line(escaped(form)).line(".br");
        }
        page.heading("DESCRIPTION");
        page.paragraphs(command.usageMessage().description());
        page.heading("OPTIONS");
        for (CommandSpec part : command.mixins().values()) {
            page.line(".SS " + escaped(part.usageMessage().optionListHeading()));
            part.options().forEach(page::option);
        }
        page.heading("EXIT STATUS");
        page.paragraphs(command.usageMessage().footer());
        page.heading("SEE ALSO")
                .line(
                        "docs/makedumpfile.md of kjump: the JSON reports, and what is decided otherwise than in the C tool");
        return page.text.toString();
    }

    private ManPage heading(String title) {
        return line(".SH " + title);
    }

    private ManPage line(String line) {
        text.append(line).append('\n');
        return this;
    }

    private void paragraphs(String... lines) {
        String separator = "";
        for (String each : lines) {
            text.append(separator);
            line(escaped(each.replace('\n', ' ')));
            separator = ".PP\n";
        }
    }

    private void option(OptionSpec option) {
        line(".TP");
        String names = "\\fB" + String.join("\\fR, \\fB", option.names()).replace("-", "\\-") + "\\fR";
        String value = option.arity().max() == 0 ? "" : " \\fI" + escaped(option.paramLabel()) + "\\fR";
        line(names + value);
        line(escaped(String.join(" ", option.description())));
    }

    /** Text that has no requests in it: a hyphen stays one when it is copied, and bold is bold. */
    private static String escaped(String plain) {
        String escaped = plain.replace("\\", "\\e").replace("-", "\\-").replaceAll(BOLD, "\\\\fB$1\\\\fR");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
