package org.kjump.vmcore.debug;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.type.Types;

/** The names that dump tools need: keys of VMCOREINFO, each with the rules by which it is found ({@code names.txt}). Immutable. */
final class Names {
    private static final Map<String, List<Rule>> RULES = read();

    private Names() {}

    private static Map<String, List<Rule>> read() {
        try (InputStream file = Objects.requireNonNull(Names.class.getResourceAsStream("names.txt"))) {
            Map<String, List<Rule>> rules = new LinkedHashMap<>();
            new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> line(line, rules));
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void line(String line, Map<String, List<Rule>> rules) {
        String[] parts = line.strip().split(" +", 2);
        String key = parts[0];
        List<Rule> found = new ArrayList<>();
        if (parts.length == 1 || key.startsWith("SYMBOL(")) {
            found.add(new Rule(operation(key.substring(0, key.indexOf('('))), List.of(subject(key))));
        }
        if (parts.length == 2) {
            for (String alternative : parts[1].split("\\|")) {
                List<String> words = Arrays.asList(alternative.strip().split(" +"));
                found.add(new Rule(operation(words.get(0)), words.subList(1, words.size())));
            }
        }
        rules.put(key, found);
    }

    private static Rule.Operation operation(String word) {
        return Rule.Operation.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** What stands in the parentheses of a key. */
    static String subject(String key) {
        return key.substring(key.indexOf('(') + 1, key.length() - 1);
    }

    /** All of them. */
    static Set<String> keys() {
        return RULES.keySet();
    }

    /** Whether one of the rules asks for the address of {@code symbol}. */
    static boolean isSymbol(String symbol) {
        return RULES.containsKey("SYMBOL(" + symbol + ")") || symbol.equals("node_states");
    }

    /**
     * The lines for those of {@code keys} that the kernel has.
     *
     * @param source what the lines are said to be from
     */
    static VmcoreInfo find(String source, Collection<String> keys, Symbols symbols, Types types) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String key : keys) {
            for (Rule rule : RULES.getOrDefault(key, List.of())) {
                OptionalLong value = rule.value(symbols, types);
                if (value.isPresent()) {
                    lines.put(key, text(key, value.getAsLong()));
                    break;
                }
            }
        }
        return VmcoreInfo.of(source, lines);
    }

    private static String text(String key, long value) {
        return key.startsWith("SYMBOL(") ? Long.toHexString(value) : Long.toString(value);
    }
}
