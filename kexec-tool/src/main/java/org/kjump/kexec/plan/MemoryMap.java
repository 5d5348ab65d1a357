package org.kjump.kexec.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lies where in physical memory, sorted by address. */
public record MemoryMap(List<Entry> entries) {
    private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16}) : (.*)");

    /** What E820 tells apart; the numbers are its types. */
    public enum Kind {
        RAM(1),
        RESERVED(2),
        ACPI(3),
        NVS(4),
        UNUSABLE(5);

        private final int e820;

        Kind(int e820) {
            this.e820 = e820;
        }

        int e820() {
            return e820;
        }

        /** By the names that the kernel's firmware map and /proc/iomem use. */
        static Optional<Kind> named(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "system ram" -> Optional.of(RAM);
                case "reserved" -> Optional.of(RESERVED);
                case "acpi tables" -> Optional.of(ACPI);
                case "acpi non-volatile storage" -> Optional.of(NVS);
                case "unusable memory" -> Optional.of(UNUSABLE);
                default -> Optional.empty();
            };
        }
    }

    /** One range and what it is. */
    public record Entry(PaddrRange range, Kind kind) {
        /** An entry of /sys/firmware/memmap: {@code end} is the last byte. */
        public static Entry inclusive(long start, long end, String type) {
            if (start < 0 || end < start || end == Long.MAX_VALUE) {
                throw new PlanException("memory map: range 0x%x-0x%x is not ordered".formatted(start, end));
            }
            return new Entry(new PaddrRange(start, end + 1), Kind.named(type).orElse(Kind.RESERVED));
        }
    }

    public MemoryMap {
        entries = entries.stream()
                .sorted(Comparator.comparingLong(entry -> entry.range().start()))
                .toList();
    }

    /** /proc/iomem. Only the top level counts: indented lines are parts of what encloses them. */
    public static MemoryMap ofIomem(String text) {
        List<Entry> entries = new ArrayList<>();
        text.lines().filter(line -> !line.startsWith(" ")).forEach(line -> {
            Matcher matcher = LINE.matcher(line.strip());
            if (matcher.matches()) {
                Kind.named(matcher.group(3))
                        .ifPresent(kind -> entries.add(new Entry(range(matcher.group(1), matcher.group(2)), kind)));
            }
        });
        return new MemoryMap(entries);
    }

    /** What /proc/iomem says of memory kept for a crash kernel: a line inside the RAM that it is taken from. */
    public static Optional<PaddrRange> crashRegion(String iomem) {
        return iomem.lines()
                .map(line -> LINE.matcher(line.strip()))
                .filter(line -> line.matches() && line.group(3).equals("Crash kernel"))
                .map(line -> range(line.group(1), line.group(2)))
                .filter(range -> range.size() > 1)
                .findFirst();
    }

    private static PaddrRange range(String start, String end) {
        return new PaddrRange(
                Long.parseUnsignedLong(start, 16) & Long.MAX_VALUE >>> 1,
                (Long.parseUnsignedLong(end, 16) & Long.MAX_VALUE >>> 1) + 1);
    }

    /** Bytes of RAM, as the map has them. */
    public List<PaddrRange> ram() {
        return entries.stream()
                .filter(entry -> entry.kind() == Kind.RAM)
                .map(Entry::range)
                .toList();
    }

    /** This map with only that RAM which {@code other} also calls RAM: a kernel may have been told to use less. */
    public MemoryMap intersectRam(MemoryMap other) {
        List<Entry> both = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.kind() != Kind.RAM) {
                both.add(entry);
                continue;
            }
            PaddrRange.within(other.ram(), entry.range()).forEach(range -> both.add(new Entry(range, Kind.RAM)));
        }
        return new MemoryMap(both);
    }

    /** As the C tool prints it for {@code -d}, with inclusive ends and its own type numbers. */
    public String debugText() {
        StringBuilder text = new StringBuilder("MEMORY RANGES\n");
        for (Entry entry : entries) {
            text.append("%016x-%016x (%d)\n"
                    .formatted(
                            entry.range().start(),
                            entry.range().end() - 1,
                            entry.kind().e820() - 1));
        }
        return text.toString();
    }
}
