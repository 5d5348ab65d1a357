package org.kjump.linux.kconfig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kconfig file, as far as a small kernel needs the language: {@code config} with {@code bool}, {@code hex}, {@code depends
 * on}, {@code select}, {@code default} and {@code help} (Documentation/kbuild/kconfig-language.txt).
 */
public final class Kconfig {
    /** A symbol's entry. */
    private static final class Entry {
        private final List<String> dependencies = new ArrayList<>();
        private final List<String> selects = new ArrayList<>();
        private final List<String> defaults = new ArrayList<>();
    }

    /**
     * What becomes of a configuration.
     *
     * @param text of the resolved .config, in the order of the Kconfig file
     * @param dropped a line for every symbol that was asked for and is not set: its name and why
     */
    public record Resolved(String text, List<String> dropped) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private Kconfig() {}

    /** The Kconfig file of the kernels that kjump builds. */
    public static Kconfig ours() {
        try (InputStream in = Kconfig.class.getResourceAsStream("Kconfig")) {
            if (in == null) {
                throw new IllegalStateException("Kconfig is not among the resources");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException for a line that is none of the language */
    static Kconfig parse(String text) {
        Kconfig kconfig = new Kconfig();
        Entry entry = new Entry();
        boolean help = false;
        for (String line : text.split("\n")) {
            String words = line.strip();
            if (words.startsWith("config ")) {
                entry = new Entry();
                kconfig.entries.put(words.substring("config ".length()).strip(), entry);
                help = false;
            } else if (words.equals("help")) {
                help = true;
            } else if (words.startsWith("depends on ") && !help) {
                entry.dependencies.add(words.substring("depends on ".length()));
            } else if (words.startsWith("select ") && !help) {
                entry.selects.add(words.substring("select ".length()));
            } else if (words.startsWith("default ") && !help) {
                entry.defaults.add(words.substring("default ".length()));
            } else if (!help && !words.matches("|#.*|(bool|hex).*")) {
                throw new IllegalArgumentException("not understood in Kconfig: " + words);
            }
        }
        return kconfig;
    }

    /** What {@code make oldconfig} makes of a .config: values whose dependencies are not met go, defaults come. */
    public Resolved resolve(String config) {
        Map<String, String> asked = new LinkedHashMap<>();
        List<String> dropped = new ArrayList<>();
        for (String line : config.split("\n")) {
            int equals = line.indexOf('=');
            if (line.startsWith("CONFIG_") && equals > 0) {
                asked.put(
                        line.substring("CONFIG_".length(), equals),
                        line.substring(equals + 1).strip());
            }
        }
        Map<String, String> set = new LinkedHashMap<>();
        // A symbol may depend on one below it: again until nothing more comes.
        for (int before = -1; before != set.size(); ) {
            before = set.size();
            for (Map.Entry<String, Entry> each : entries.entrySet()) {
                String value = value(each.getKey(), each.getValue(), asked, set);
                if (!set.containsKey(each.getKey()) && !value.equals("n")) {
                    set.put(each.getKey(), value);
                    if (value.equals("y")) {
                        each.getValue().selects.forEach(selected -> set.put(selected, "y"));
                    }
                }
            }
        }
        asked.forEach((symbol, value) -> {
            if (!set.containsKey(symbol) && !value.equals("n")) {
                dropped.add(why(symbol));
            }
        });
        StringBuilder text = new StringBuilder();
        for (String symbol : entries.keySet()) {
            String value = set.get(symbol);
            text.append(
                    value == null
                            ? "# CONFIG_%s is not set\n".formatted(symbol)
                            : "CONFIG_%s=%s\n".formatted(symbol, value));
        }
        return new Resolved(text.toString(), dropped);
    }

    private static String value(String symbol, Entry entry, Map<String, String> asked, Map<String, String> set) {
        for (String dependency : entry.dependencies) {
            if (!holds(dependency, set)) {
                return "n";
            }
        }
        String value = asked.get(symbol);
        if (value != null) {
            return value;
        }
        for (String line : entry.defaults) {
            int condition = line.indexOf(" if ");
            if (condition < 0 || holds(line.substring(condition + 4), set)) {
                return condition < 0 ? line : line.substring(0, condition);
            }
        }
        return "n";
    }

    /** {@code A && B || !C}: no parentheses, && binds more. */
    private static boolean holds(String expression, Map<String, String> set) {
        for (String alternative : expression.split("\\|\\|")) {
            boolean all = true;
            for (String factor : alternative.split("&&")) {
                String symbol = factor.strip();
                boolean negated = symbol.startsWith("!");
                boolean present =
                        "y".equals(set.get(negated ? symbol.substring(1).strip() : symbol));
                all &= present != negated;
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private String why(String symbol) {
        Entry entry = entries.get(symbol);
        if (entry == null) {
            return "CONFIG_%s dropped: no such symbol".formatted(symbol);
        }
        return "CONFIG_%s dropped: it depends on %s".formatted(symbol, String.join(" && ", entry.dependencies));
    }
}
