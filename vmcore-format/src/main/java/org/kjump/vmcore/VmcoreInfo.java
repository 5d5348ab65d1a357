package org.kjump.vmcore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a kernel tells dump tools of itself: lines such as {@code SYMBOL(mem_map)=c0471f4c} or {@code OFFSET(page.lru)=24} in the note
 * VMCOREINFO (kernel/kexec.c, later kernel/vmcore_info.c). The lines may also come from a file, or be found in debug data; each remembers
 * from where. Immutable.
 */
public final class VmcoreInfo {
    /** The C tool takes the last line of these; the kernel appends CRASHTIME, once for each crash. */
    private static final Set<String> LAST_COUNTS = Set.of("PAGESIZE", "CRASHTIME");

    private static final String KERNEL_OFFSET = "KERNELOFFSET";

    private record Value(String text, String source) {}

    private final String source;
    private final Map<String, Value> values;

    private VmcoreInfo(String source, Map<String, Value> values) {
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

    /**
     * Lines without an equals sign are passed over; of two lines with one key the first counts, of those of PAGESIZE and CRASHTIME the
     * last.
     */
    public static VmcoreInfo parse(String source, String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String key = line.substring(0, equals);
                String value = line.substring(equals + 1);
                lines.merge(key, value, (first, last) -> LAST_COUNTS.contains(key) ? last : first);
            }
        }
        return of(source, lines);
    }

    /**
     * Lines that were found elsewhere than in a text.
     *
     * @param source where, for messages and reports
     * @param lines key, such as {@code SIZE(page)}, to the text behind the equals sign; their order is kept
     */
    public static VmcoreInfo of(String source, Map<String, String> lines) {
        Map<String, Value> values = new LinkedHashMap<>();
        lines.forEach((key, text) -> values.put(key, new Value(text, source)));
        return new VmcoreInfo(source, values);
    }

    /** These lines, and those of {@code other} with keys that these do not have. */
    public VmcoreInfo completedBy(VmcoreInfo other) {
        Map<String, Value> all = new LinkedHashMap<>(values);
        other.values.forEach(all::putIfAbsent);
        return new VmcoreInfo(source, all);
    }

    /**
     * The same with every symbol where a kernel has it that runs {@code offset} bytes behind the addresses it was linked for (KASLR). An
     * offset that these lines have already, KERNELOFFSET, is taken out of them first.
     */
    public VmcoreInfo movedTo(long offset) {
        long distance = offset - kernelOffset();
        Map<String, Value> moved = new LinkedHashMap<>();
        values.forEach((key, value) -> moved.put(
                key,
                key.startsWith("SYMBOL(")
                        ? new Value(Long.toHexString(hexadecimal(key, value) + distance), value.source)
                        : value));
        moved.computeIfPresent(KERNEL_OFFSET, (key, value) -> new Value(Long.toHexString(offset), value.source));
        return new VmcoreInfo(source, moved);
    }

    /** How far behind its link addresses the kernel runs, in bytes: 0 without KASLR. */
    public long kernelOffset() {
        return number(KERNEL_OFFSET, 16).orElse(0);
    }

    /** When the kernel crashed, in seconds since 1970, if it says so in digits (CRASHTIME). */
    public OptionalLong crashTime() {
        return text("CRASHTIME")
                .filter(seconds -> seconds.matches("[0-9]{1,18}"))
                .map(seconds -> OptionalLong.of(Long.parseLong(seconds)))
                .orElse(OptionalLong.empty());
    }

    /**
     * Where memory or the kernel's image begins, as headers of kdump-compressed files have it: on x86_64 where the image lies, less its
     * link address ({@code phys_base}, may be negative); on arm64 the lowest physical address ({@code PHYS_OFFSET}); elsewhere 0.
     *
     * @throws VmcoreException if what stands there is no number
     */
    public long physBase() {
        OptionalLong base = number("phys_base");
        return base.isPresent() ? base.getAsLong() : number("PHYS_OFFSET").orElse(0);
    }

    /** Where the lines came from first; others may have completed them. */
    public String source() {
        return source;
    }

    /** What stands before the equals signs, in order. */
    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    /** @param key all that stands before the equals sign, such as {@code SIZE(page)} */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Which keys came from where: the sources in the order in which they were asked. */
    public Map<String, List<String>> keysBySource() {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        values.forEach((key, value) ->
                keys.computeIfAbsent(value.source, name -> new ArrayList<>()).add(key));
        return keys;
    }

    /** The lines, as a kernel writes them. */
    public String text() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value.text).append('\n'));
        return text.toString();
    }

    /** The text behind {@code key=}, such as that of OSRELEASE. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key)).map(Value::text);
    }

    /**
     * The virtual address of a variable or function; unsigned.
     *
     * @throws VmcoreException if what stands there is no number
     */
    public OptionalLong symbol(String name) {
        return number("SYMBOL(" + name + ")", 16);
    }

    /**
     * {@code sizeof} a structure, in bytes, as it stands there: it may be a number that cannot be.
     *
     * @throws VmcoreException if what stands there is no number
     */
    public OptionalLong size(String struct) {
        return number("SIZE(" + struct + ")", 10);
    }

    /**
     * Where a member is in its structure, in bytes, as it stands there.
     *
     * @param member such as {@code page.lru}
     * @throws VmcoreException if what stands there is no number
     */
    public OptionalLong offset(String member) {
        return number("OFFSET(" + member + ")", 10);
    }

    /**
     * How many elements an array has, as it stands there.
     *
     * @throws VmcoreException if what stands there is no number
     */
    public OptionalLong length(String array) {
        return number("LENGTH(" + array + ")", 10);
    }

    /**
     * A number of the kernel's, signed, such as {@code PG_lru}.
     *
     * @throws VmcoreException if what stands there is no number
     */
    public OptionalLong number(String name) {
        return number("NUMBER(" + name + ")", 10);
    }

    private OptionalLong number(String key, int radix) {
        Value value = values.get(key);
        if (value == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(radix == 16 ? hexadecimal(key, value) : decimal(key, value));
    }

    /** Some architectures print their numbers as 0x…; the C tool tries decimal first, too. */
    private static long decimal(String key, Value value) {
        try {
            return Long.parseLong(value.text);
        } catch (NumberFormatException e) {
            return hexadecimal(key, value);
        }
    }

    private static long hexadecimal(String key, Value value) {
        try {
            return Long.parseUnsignedLong(value.text.startsWith("0x") ? value.text.substring(2) : value.text, 16);
        } catch (NumberFormatException e) {
            throw new VmcoreException(
                    "%s: VMCOREINFO: %s='%s' is no number".formatted(value.source, key, value.text), e);
        }
    }
}
