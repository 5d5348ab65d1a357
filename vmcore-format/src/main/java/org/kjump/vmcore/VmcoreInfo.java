package org.kjump.vmcore;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a kernel tells dump tools of itself: lines such as {@code SYMBOL(mem_map)=c0471f4c} or {@code OFFSET(page.lru)=24} in the note
 * VMCOREINFO (kernel/kexec.c, later kernel/vmcore_info.c). Immutable.
 */
public final class VmcoreInfo {
    private final String source;
    private final Map<String, String> values;

    private VmcoreInfo(String source, Map<String, String> values) {
        this.source = source;
        this.values = values;
    }

    /** The information in the notes of a dump, if one of them is VMCOREINFO. */
    public static Optional<VmcoreInfo> of(String source, List<Note> notes) {
        return notes.stream()
                .filter(note -> note.name().equals("VMCOREINFO"))
                .findFirst()
                .map(note -> parse(
                        source,
                        StandardCharsets.ISO_8859_1.decode(note.description()).toString()));
    }

    /** Lines without an equals sign are passed over; of two lines with one key the first counts. */
    public static VmcoreInfo parse(String source, String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new VmcoreInfo(source, values);
    }

    /** The text behind {@code key=}, such as that of OSRELEASE. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A virtual address. */
    public OptionalLong symbol(String name) {
        return number("SYMBOL(" + name + ")", 16);
    }

    public OptionalLong size(String struct) {
        return number("SIZE(" + struct + ")", 10);
    }

    /** @param member such as {@code page.lru} */
    public OptionalLong offset(String member) {
        return number("OFFSET(" + member + ")", 10);
    }

    public OptionalLong length(String array) {
        return number("LENGTH(" + array + ")", 10);
    }

    public OptionalLong number(String name) {
        return number("NUMBER(" + name + ")", 10);
    }

    private OptionalLong number(String key, int radix) {
        String value = values.get(key);
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(radix == 16 ? hex(value) : decimal(value));
        } catch (NumberFormatException e) {
            throw new VmcoreException("%s: VMCOREINFO: %s='%s' is no number".formatted(source, key, value), e);
        }
    }

    /** Some architectures print their numbers as 0x…; the C tool tries decimal first, too. */
    private static long decimal(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            return hex(value);
        }
    }

    private static long hex(String value) {
        return Long.parseUnsignedLong(value.startsWith("0x") ? value.substring(2) : value, 16);
    }
}
