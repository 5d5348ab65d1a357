package org.kjump.vmcore.erase;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kjump.vmcore.erase.Command.Amount;
import org.kjump.vmcore.erase.Command.Elements;
import org.kjump.vmcore.erase.Command.Path;

/** Reads the text of a configuration (makedumpfile.conf(5)): words between blanks, {@code #} up to the end of its line is nothing. */
final class Parser {
    private static final Set<String> STARTS = Set.of("erase", "for", "endfor");
    private static final Set<String> LOOP_ENDS = Set.of("for", "endfor");
    private static final Set<String> WORDS =
            Set.of("erase", "for", "endfor", "in", "via", "within", "size", "nullify", ":");
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,15})([KkMm]?)");
    private static final Pattern TOKEN = Pattern.compile("[^\\s:]+|:");
    /** Commands before the first section are of the kernel, too. */
    private static final String KERNEL = "vmlinux";

    private record Token(String text, int line) {}

    private final List<Token> tokens = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private int next;
    private int line = 1;

    Parser(String text) {
        int number = 0;
        for (String each : text.split("\n")) {
            number++;
            int comment = each.indexOf('#');
            Matcher matcher = TOKEN.matcher(comment < 0 ? each : each.substring(0, comment));
            while (matcher.find()) {
                tokens.add(new Token(matcher.group(), number));
            }
        }
    }

    /** What was wrong, a line each, and which sections were passed over. */
    List<String> messages() {
        return messages;
    }

    List<Command> parse() {
        while (next < tokens.size()) {
            Set<String> starts = STARTS;
            try {
                String word = take("a command");
                if (word.startsWith("[") && word.endsWith("]")) {
                    section(word.substring(1, word.length() - 1));
                } else if (word.equals("erase")) {
                    commands.add(erase());
                } else if (word.equals("for")) {
                    starts = LOOP_ENDS;
                    commands.add(loop());
                } else {
                    throw bad("'erase', 'for' or a section expected, '%s' found".formatted(word));
                }
            } catch (ConfigException e) {
                messages.add(e.getMessage());
                skip(starts);
            }
        }
        return commands;
    }

    private ConfigException bad(String what) {
        return new ConfigException(line, what);
    }

    private Optional<String> peek() {
        return next < tokens.size() ? Optional.of(tokens.get(next).text()) : Optional.empty();
    }

    private boolean isNext(String word) {
        return peek().filter(word::equals).isPresent();
    }

    private String take(String expected) throws ConfigException {
        if (next == tokens.size()) {
            throw bad(expected + " expected, the end of the file found");
        }
        Token token = tokens.get(next++);
        line = token.line();
        return token.text();
    }

    private void take(String word, String expected) throws ConfigException {
        String found = take(expected);
        if (!found.equals(word)) {
            throw bad("%s expected, '%s' found".formatted(expected, found));
        }
    }

    private String name(String expected) throws ConfigException {
        String found = take(expected);
        if (WORDS.contains(found) || found.startsWith("[")) {
            throw bad("%s expected, '%s' found".formatted(expected, found));
        }
        return found;
    }

    private Path path() throws ConfigException {
        Path path = Path.of(name("a symbol"));
        if (path.names().contains("")) {
            throw bad("a name expected on each side of a dot, '%s' found".formatted(path));
        }
        return path;
    }

    /** Goes on behind what is wrong: at the next command or section, and behind the whole of a loop. */
    private void skip(Set<String> starts) {
        while (next < tokens.size() && !starts.contains(tokens.get(next).text()) && !isSection()) {
            next++;
        }
        if (isNext("endfor")) {
            next++;
        }
    }

    private boolean isSection() {
        return tokens.get(next).text().startsWith("[");
    }

    /** A module's section is passed over: its debug data are in a file of its own. */
    private void section(String name) {
        if (name.equals(KERNEL)) {
            return;
        }
        messages.add("Config: line %d: section [%s] is skipped: only those of %s are carried out"
                .formatted(line, name, KERNEL));
        while (next < tokens.size() && !isSection()) {
            next++;
        }
    }

    private Command.Erase erase() throws ConfigException {
        int start = line;
        Path path = path();
        if (isNext("nullify")) {
            next++;
            return new Command.Erase(start, path, new Amount.Nullify());
        }
        if (!isNext("size")) {
            return new Command.Erase(start, path, new Amount.Whole());
        }
        next++;
        String size = name("a size");
        Matcher number = NUMBER.matcher(size);
        if (!number.matches()) {
            return new Command.Erase(start, path, new Amount.Variable(Path.of(size)));
        }
        int shift = switch (number.group(2)) {
            case "K", "k" -> 10;
            case "M", "m" -> 20;
            default -> 0;
        };
        long count = Long.parseLong(number.group(1));
        if (count == 0 || count << shift >> shift != count) {
            throw bad("a size of at least 1 byte expected, '%s' found".formatted(size));
        }
        return new Command.Erase(start, path, new Amount.Bytes(count << shift));
    }

    private Command.Loop loop() throws ConfigException {
        int start = line;
        String variable = name("a variable");
        take("in", "'in'");
        Path path = path();
        Elements elements = new Elements.OfArray(path);
        if (isNext("via")) {
            next++;
            elements = new Elements.Via(path, name("a member"));
        } else if (isNext("within")) {
            next++;
            String struct = name("a structure");
            take(":", "':'");
            elements = new Elements.Within(path, struct, name("a member"));
        }
        List<Command.Erase> body = new ArrayList<>();
        while (!isNext("endfor")) {
            take("erase", "'erase' or 'endfor'");
            Command.Erase erase = erase();
            if (!erase.path().names().get(0).equals(variable)) {
                throw bad("'%s' or members of it expected, '%s' found".formatted(variable, erase.path()));
            }
            body.add(erase);
        }
        next++;
        return new Command.Loop(start, variable, elements, body);
    }
}
