package org.kjump.vmcore.debug;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.layout.Cursor;

/**
 * The symbols that a kernel keeps of itself (kernel/kallsyms.c, scripts/kallsyms.c). Since 6.0 VMCOREINFO tells where. Immutable.
 *
 * <p>Names are packed: a length (from 6.1 on of two bytes if the first has bit 7), then so many numbers of tokens, each a piece of text;
 * the first character of all is the symbol's type. Addresses are words of 32 bits, for which kernels have several rules, chosen when
 * they are built; which one it is, a symbol of VMCOREINFO tells, whose address is known.
 */
final class Kallsyms implements Symbols {
    /** 6.12 with all options has less than a million. */
    private static final int SYMBOLS_MAX = 1 << 23;

    private static final int TOKENS = 256;
    private static final int TOKEN_MAX = 512;
    /** KSYM_NAME_LEN with the type before it (include/linux/kallsyms.h since 6.1). */
    private static final int NAME_MAX = 1 + 512;
    /** A length of two bytes, and KSYM_NAME_LEN tokens. */
    private static final int NAME_BYTES_MAX = 2 + 512;

    private final Map<String, Long> addresses;

    private Kallsyms(Map<String, Long> addresses) {
        this.addresses = addresses;
    }

    @Override
    public OptionalLong address(String name) {
        Long address = addresses.get(name);
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    /**
     * @param wanted names to keep
     * @return empty if the kernel does not tell where its symbols are
     * @throws VmcoreException if they cannot be read
     */
    static Optional<Kallsyms> of(KernelMemory kernel, Predicate<String> wanted) {
        VmcoreInfo info = kernel.info();
        for (String table : new String[] {"names", "num_syms", "token_table", "token_index", "offsets"}) {
            if (info.symbol("kallsyms_" + table).isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Reader(kernel).read(wanted));
    }

    /** How an address follows from a word. */
    private enum Rule {
        /** CONFIG_KALLSYMS_BASE_RELATIVE: behind {@code kallsyms_relative_base}. */
        RELATIVE {
            @Override
            long address(long base, long place, int word) {
                return base + (word & 0xffffffffL);
            }
        },
        /** CONFIG_KALLSYMS_ABSOLUTE_PERCPU, x86_64 up to 6.14: words that are not negative are the address itself. */
        ABSOLUTE_PERCPU {
            @Override
            long address(long base, long place, int word) {
                return word >= 0 ? word : base - 1 - word;
            }
        },
        /** Behind or before the word itself. */
        PLACE {
            @Override
            long address(long base, long place, int word) {
                return place + word;
            }
        };

        abstract long address(long base, long place, int word);
    }

    private static final class Reader {
        private final KernelMemory kernel;
        private final int count;
        private final String[] tokens = new String[TOKENS];

        Reader(KernelMemory kernel) {
            this.kernel = kernel;
            long symbols = kernel.unsigned(at("num_syms"), 4);
            if (symbols > SYMBOLS_MAX) {
                throw bad("kallsyms_num_syms", "at most " + SYMBOLS_MAX, symbols);
            }
            this.count = (int) symbols;
        }

        private VmcoreException bad(String what, String expected, Object found) {
            return new VmcoreException(
                    "%s: %s: %s expected, %s found".formatted(kernel.image().name(), what, expected, found));
        }

        private long at(String table) {
            return kernel.info().symbol("kallsyms_" + table).orElseThrow();
        }

        private Cursor cursor(String table, long length) {
            long start = at(table);
            return new Cursor(kernel.image().name() + ": kallsyms_" + table, kernel, start, start + length);
        }

        Kallsyms read(Predicate<String> wanted) {
            readTokens();
            Map<String, Integer> words = words(wanted);
            Rule rule = rule(words);
            long base = base();
            Map<String, Long> addresses = new HashMap<>();
            words.forEach((name, index) -> addresses.put(name, address(rule, base, index)));
            return new Kallsyms(addresses);
        }

        private void readTokens() {
            Cursor index = cursor("token_index", 2 * TOKENS);
            for (int i = 0; i < TOKENS; i++) {
                Cursor token = cursor("token_table", 1 << 16);
                token.skip(index.u16());
                StringBuilder text = new StringBuilder();
                for (int next = token.u8(); next != 0; next = token.u8()) {
                    text.append((char) next);
                    if (text.length() > TOKEN_MAX) {
                        throw bad("token of kallsyms_token_table", "at most " + TOKEN_MAX + " characters", "more");
                    }
                }
                tokens[i] = text.toString();
            }
        }

        /** The places of the names that are kept, and of those that VMCOREINFO knows, too. */
        private Map<String, Integer> words(Predicate<String> wanted) {
            Map<String, Integer> words = new HashMap<>();
            Cursor names = cursor("names", (long) count * NAME_BYTES_MAX);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                int length = names.u8();
                if (length > 0x7f) {
                    length = length & 0x7f | names.u8() << 7;
                }
                text.setLength(0);
                for (int j = 0; j < length; j++) {
                    text.append(tokens[names.u8()]);
                    if (text.length() > NAME_MAX) {
                        throw bad(
                                "name %d of kallsyms_names".formatted(i),
                                "at most " + NAME_MAX + " characters",
                                "more");
                    }
                }
                if (text.length() > 1) {
                    String name = text.substring(1);
                    if (wanted.test(name) || kernel.info().symbol(name).isPresent()) {
                        words.putIfAbsent(name, i);
                    }
                }
            }
            return words;
        }

        private int word(int index) {
            return (int) kernel.unsigned(at("offsets") + 4L * index, 4);
        }

        private long address(Rule rule, long base, int index) {
            long address = rule.address(base, at("offsets") + 4L * index, word(index));
            return kernel.image().target().wordBytes() == 4 ? address & 0xffffffffL : address;
        }

        private long base() {
            OptionalLong base = kernel.info().symbol("kallsyms_relative_base");
            return base.isPresent()
                    ? kernel.unsigned(base.getAsLong(), kernel.image().target().wordBytes())
                    : 0;
        }

        /** The one that gives most of the addresses that VMCOREINFO has; names may occur twice, so not all need agree. */
        private Rule rule(Map<String, Integer> words) {
            Rule best = Rule.RELATIVE;
            for (Rule rule : Rule.values()) {
                best = hits(rule, words) > hits(best, words) ? rule : best;
            }
            if (hits(best, words) == 0) {
                throw bad("kallsyms", "an address that VMCOREINFO has, too", "none");
            }
            return best;
        }

        private long hits(Rule rule, Map<String, Integer> words) {
            long base = base();
            long hits = 0;
            for (Map.Entry<String, Integer> word : words.entrySet()) {
                OptionalLong known = kernel.info().symbol(word.getKey());
                if (known.isPresent() && known.getAsLong() == address(rule, base, word.getValue())) {
                    hits++;
                }
            }
            return hits;
        }
    }
}
