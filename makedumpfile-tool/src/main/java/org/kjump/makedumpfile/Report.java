package org.kjump.makedumpfile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.kjump.vmcore.kernel.PageClass;

/**
 * The numbers of a run, in the form of makedumpfile's report. It differs from the C tool's in two places: a page that two segments
 * share counts once, and there is no line on the cache, as we have none of that kind.
 *
 * @param level of what was left out, which is that of the input, too, where it was filtered before
 * @param frames all frames up to the highest
 * @param original frames of which the dumped machine has memory
 * @param dropped pages left out, by the class that made them drop
 * @param zero pages known to be zero
 * @param stored pages whose bytes an ELF file has, where one is written: short runs of left-out pages are stored, too
 * @param written bytes written to the dump file, holes not counted
 * @param size how long the dump file is, or all files of a set together
 */
record Report(
        int level,
        long frames,
        long original,
        Map<PageClass, Long> dropped,
        long zero,
        OptionalLong stored,
        long written,
        long size) {
    /** The same with what another file of the set has. */
    Report plus(Report other) {
        return new Report(
                level,
                frames,
                original,
                dropped,
                zero + other.zero,
                stored,
                written + other.written,
                size + other.size);
    }

    String text() {
        StringBuilder text = new StringBuilder("\n");
        line(text, "Original pages  : ", original);
        line(text, "  Excluded pages   : ", excluded());
        stored.ifPresent(pages -> line(text, "     in ELF format : ", original - pages));
        line(text, "    Pages filled with zero  : ", zero);
        line(text, "    Non-private cache pages : ", dropped(PageClass.CACHE));
        line(text, "    Private cache pages     : ", dropped(PageClass.CACHE_PRIVATE));
        line(text, "    User process data pages : ", dropped(PageClass.USER));
        line(text, "    Free pages              : ", dropped(PageClass.FREE));
        line(text, "    Hwpoison pages          : ", dropped(PageClass.HWPOISON));
        line(text, "    Offline pages           : ", dropped(PageClass.OFFLINE));
        line(text, "  Remaining pages  : ", remaining());
        stored.ifPresent(pages -> line(text, "     in ELF format : ", pages));
        if (original > 0) {
            text.append("  (The number of pages is reduced to %d%%.)\n"
                    .formatted(stored.orElse(remaining()) * 100 / original));
        }
        line(text, "Memory Hole     : ", frames - original);
        text.append("--------------------------------------------------\n");
        line(text, "Total pages     : ", frames);
        text.append("Write bytes     : ").append(written).append('\n');
        return text.toString();
    }

    /** The same numbers by names that programs can rely on: docs/makedumpfile.md has their meaning. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("level", level);
        json.put("total", frames);
        json.put("hole", frames - original);
        json.put("original", original);
        json.put("excluded", excluded());
        json.put("zero", zero);
        json.put("cache", dropped(PageClass.CACHE));
        json.put("cachePrivate", dropped(PageClass.CACHE_PRIVATE));
        json.put("user", dropped(PageClass.USER));
        json.put("free", dropped(PageClass.FREE));
        json.put("hwpoison", dropped(PageClass.HWPOISON));
        json.put("offline", dropped(PageClass.OFFLINE));
        json.put("remaining", remaining());
        stored.ifPresent(pages -> json.put("storedInElf", pages));
        return json;
    }

    private long remaining() {
        return original - excluded();
    }

    private long dropped(PageClass use) {
        return dropped.getOrDefault(use, 0L);
    }

    private long excluded() {
        return zero + dropped.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void line(StringBuilder text, String what, long value) {
        text.append(what).append("0x%016x\n".formatted(value));
    }
}
