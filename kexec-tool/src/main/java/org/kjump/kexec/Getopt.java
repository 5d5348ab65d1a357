package org.kjump.kexec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line read as getopt_long(3) of the GNU C library reads it: options and operands in any order, {@code --opt val} and
 * {@code --opt=val}, unique prefixes of long names, short options in clusters, {@code --} before operands that look like options.
 *
 * @param given the options, from left to right
 * @param problem what is wrong behind the last option of {@code given}; reading ends there
 */
record Getopt(List<Given> given, List<String> operands, Optional<String> problem) {
    /** An option and its argument, which is empty for one that takes none. */
    record Given(Option option, String argument) {}

    static Getopt scan(List<String> arguments) {
        return new Scan(arguments).run();
    }

    private static final class Scan {
        private final List<String> arguments;
        private final List<Given> given = new ArrayList<>();
        private final List<String> operands = new ArrayList<>();
        private int next;

        private Scan(List<String> arguments) {
            this.arguments = arguments;
        }

        private Getopt run() {
            while (next < arguments.size()) {
                String word = arguments.get(next++);
                Optional<String> problem = Optional.empty();
                if (word.equals("--")) {
                    operands.addAll(arguments.subList(next, arguments.size()));
                    break;
                } else if (word.startsWith("--")) {
                    problem = longOption(word.substring(2));
                } else if (word.startsWith("-") && word.length() > 1) {
                    problem = cluster(word);
                } else {
                    operands.add(word);
                }
                if (problem.isPresent()) {
                    return new Getopt(List.copyOf(given), List.copyOf(operands), problem);
                }
            }
            return new Getopt(List.copyOf(given), List.copyOf(operands), Optional.empty());
        }

        private Optional<String> longOption(String text) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            Map<String, Option> candidates = candidates(name);
            if (candidates.isEmpty()) {
                return Optional.of("unrecognized option '--%s'".formatted(text));
            }
            if (candidates.values().stream().distinct().count() > 1) {
                return Optional.of("option '--%s' is ambiguous; possibilities: '--%s'"
                        .formatted(text, String.join("' '--", candidates.keySet())));
            }
            Map.Entry<String, Option> found = candidates.entrySet().iterator().next();
            boolean wantsArgument = found.getValue().argument() == Option.Argument.REQUIRED;
            if (equals >= 0 && !wantsArgument) {
                return Optional.of("option '--%s' doesn't allow an argument".formatted(found.getKey()));
            }
            if (equals < 0 && wantsArgument) {
                return following(found.getValue(), "option '--%s' requires an argument".formatted(found.getKey()));
            }
            given.add(new Given(found.getValue(), text.substring(equals + 1)));
            return Optional.empty();
        }

        /** The option of that name, or all whose names begin so. */
        private static Map<String, Option> candidates(String name) {
            Map<String, Option> candidates = new LinkedHashMap<>();
            for (Option option : Option.values()) {
                for (String known : option.names()) {
                    if (known.equals(name)) {
                        return Map.of(known, option);
                    }
                    if (known.startsWith(name)) {
                        candidates.put(known, option);
                    }
                }
            }
            return candidates;
        }

        private Optional<String> cluster(String word) {
            for (int i = 1; i < word.length(); i++) {
                Option found = null;
                for (Option option : Option.values()) {
                    if (option.isLetter(word.charAt(i))) {
                        found = option;
                    }
                }
                if (found == null) {
                    return Optional.of("invalid option -- '%c'".formatted(word.charAt(i)));
                }
                if (found.argument() == Option.Argument.REQUIRED) {
                    if (i + 1 == word.length()) {
                        return following(found, "option requires an argument -- '%c'".formatted(word.charAt(i)));
                    }
                    given.add(new Given(found, word.substring(i + 1)));
                    return Optional.empty();
                }
                given.add(new Given(found, ""));
            }
            return Optional.empty();
        }

        /** The next word is the option's argument, whatever it looks like. */
        private Optional<String> following(Option option, String problem) {
            if (next == arguments.size()) {
                return Optional.of(problem);
            }
            given.add(new Given(option, arguments.get(next++)));
            return Optional.empty();
        }
    }
}
