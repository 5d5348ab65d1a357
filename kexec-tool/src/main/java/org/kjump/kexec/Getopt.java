package org.kjump.kexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/**
 * A command line as picocli reads it with the habits of getopt_long(3): options and operands in any order, {@code --opt val} and
 * {@code --opt=val}, beginnings of long names, short options in clusters, {@code --} before operands that look like options. What is
 * wrong is said in getopt's words, which users know.
 *
 * @param given the options, from left to right
 * @param problem what is wrong behind the last option of {@code given}; reading ends there
 */
record Getopt(List<Given> given, List<String> operands, Optional<String> problem) {
    private static final String NOT_UNIQUE = " is not unique: it matches ";
    /** Stand for words that picocli 4.7.7 fails on, one hyphen and nothing: characters of Unicode's private use area. */
    private static final String HYPHEN = "\ue000";

    private static final String NOTHING = "\ue001";

    /** An option and its argument, which is empty for one that takes none. */
    record Given(Option option, String argument) {}

    static Getopt scan(List<String> arguments) {
        List<Given> given = new ArrayList<>();
        List<String> operands = new ArrayList<>();
        CommandSpec spec = CommandSpec.create();
        for (Option option : Option.values()) {
            spec.addOption(option(option, given));
        }
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                // One by one: a variable number would swallow abbreviated options.
                .arity("1")
                .required(false)
                .type(String.class)
                .setter(setter(operands::add))
                .build());
        CommandLine line = new CommandLine(spec)
                .setOverwrittenOptionsAllowed(true)
                .setAbbreviatedOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setStopAtUnmatched(true)
                .setExpandAtFiles(false);
        Optional<String> problem;
        try {
            line.parseArgs(arguments.stream()
                    .map(word -> word.isEmpty() ? NOTHING : word.equals("-") ? HYPHEN : word)
                    .toArray(String[]::new));
            problem = line.getUnmatchedArguments().stream().findFirst().map(Getopt::unknown);
        } catch (ParameterException e) {
            problem = Optional.of(problem(e));
        }
        return new Getopt(List.copyOf(given), List.copyOf(operands), problem);
    }

    private static OptionSpec option(Option option, List<Given> given) {
        String[] names = Stream.concat(
                        option.letter().stream().map(letter -> "-" + letter),
                        option.names().stream().map(name -> "--" + name))
                .toArray(String[]::new);
        OptionSpec.Builder builder = OptionSpec.builder(names);
        return option.argument() == Option.Argument.NONE
                ? builder.arity("0")
                        .type(boolean.class)
                        .setter(setter(value -> {
                            if (value.equals("true")) {
                                given.add(new Given(option, ""));
                            }
                        }))
                        .build()
                : builder.arity("1")
                        .type(String.class)
                        .setter(setter(value -> given.add(new Given(option, value))))
                        .build();
    }

    /** Called for each occurrence in turn, and once with null before the first. */
    private static ISetter setter(Consumer<String> target) {
        return new ISetter() {
            @Override
            @SuppressWarnings("TypeParameterUnusedInFormals") // picocli's own signature
            public <T> T set(T value) {
                if (value != null) {
                    target.accept(value.toString().replace(HYPHEN, "-").replace(NOTHING, ""));
                }
                return value;
            }
        };
    }

    private static String unknown(String word) {
        return word.startsWith("--")
                ? "unrecognized option '%s'".formatted(word)
                : "invalid option -- '%s'".formatted(word.replaceFirst("^-", ""));
    }

    private static String problem(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            // The short name comes first, then the one that the C tool's documents use.
            String[] names = option.names();
            return "option '%s' requires an argument".formatted(names[0].startsWith("--") ? names[0] : names[1]);
        }
        if (e instanceof MaxValuesExceededException) {
            return message.replaceFirst(" should be specified without .*", " doesn't allow an argument");
        }
        int ambiguous = message.indexOf(NOT_UNIQUE);
        if (ambiguous >= 0) {
            return "option %s is ambiguous; possibilities: %s"
                    .formatted(
                            message.substring(0, ambiguous).replaceFirst("^Error: ", ""),
                            message.substring(ambiguous + NOT_UNIQUE.length()).replace(", ", " "));
        }
        return "'%s' cannot be read: %s".formatted(e.getValue(), message);
    }
}
