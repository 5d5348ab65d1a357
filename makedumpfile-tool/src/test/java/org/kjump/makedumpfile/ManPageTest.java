package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The pages that the build makes have every option, with its description. */
class ManPageTest {
    private final CommandSpec command = Options.parser(new Options()).getCommandSpec();

    @Test
    void everyOptionIsDescribed() {
        String help = Usage.text(Options.parser(new Options()).getCommandSpec());
        String page = ManPage.of(command);
        for (OptionSpec option : command.options()) {
            assertThat(option.description()).as(option.longestName()).isNotEmpty();
            assertThat(page).contains("\\fB" + option.names()[0].replace("-", "\\-") + "\\fR");
            assertThat(help).contains(option.names()[0]);
        }
        assertThat(command.mixins().values().stream()
                        .mapToInt(part -> part.options().size())
                        .sum())
                .isEqualTo(command.options().size());
    }

    @Test
    void thePageIsRoff() {
        assertThat(ManPage.of(command))
                .startsWith(".TH MAKEDUMPFILE 8 ")
                .contains("\n.SH NAME\nmakedumpfile \\- ", "\n.SH EXIT STATUS\n", "\n.TP\n\\fB\\-d\\fR \\fIDL")
                .doesNotContain("@|", "|@", "null", "\n\n");
    }

    @Test
    void theBuildWritesPageAndCompletion(@TempDir Path directory) throws IOException {
        ManPage.main(
                directory.resolve("man").toString(),
                directory.resolve("completion").toString());
        assertThat(directory.resolve("man/man8/makedumpfile.8")).hasContent(ManPage.of(command));
        assertThat(Files.readString(directory.resolve("completion/makedumpfile")))
                .contains("complete -F _complete_makedumpfile", "--message-level", "--dump-dmesg");
    }
}
