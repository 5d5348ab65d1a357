package org.kjump.makedumpfile;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code --help} says: the options with what each is for, under the headings of the classes that they stand in. */
final class Usage {
    private static final int WIDTH = 110;

    private Usage() {}

    static String text(CommandSpec command) {
        StringBuilder text = new StringBuilder();
        String prefix = "Usage: ";
        for (String form : command.usageMessage().customSynopsis()) {
            text.append(prefix).append(form).append('\n');
            prefix = " ".repeat(prefix.length());
        }
        for (String line : command.usageMessage().description()) {
            text.append('\n').append(line).append('\n');
        }
        for (CommandSpec part : command.mixins().values()) {
            text.append('\n').append(part.usageMessage().optionListHeading()).append(":\n");
            text.append(options(part));
        }
        for (String line : command.usageMessage().footer()) {
            text.append('\n').append(line).append('\n');
        }
        return text.toString();
    }

    private static String options(CommandSpec part) {
        part.usageMessage().width(WIDTH).sortOptions(false);
        part.parser().separator(" ");
        return new Help(part, CommandLine.Help.defaultColorScheme(Help.Ansi.OFF)).optionList();
    }
}
