package org.kjump.kexec.plan;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much the running kernel takes: since 4.7 an image of more than half of its memory is EINVAL (kernel/kexec_core.c of Linux 6.1,
 * sanity_check_segment_list). Nothing but the version says whether it is so.
 *
 * @param totalPages of MemTotal, if it is known
 */
public record KernelLimits(String release, OptionalLong totalPages) {
    private static final Pattern MEM_TOTAL = Pattern.compile("(?m)^MemTotal: +([0-9]{1,15}) kB$");
    private static final Pattern VERSION = Pattern.compile("^([0-9]{1,4})\\.([0-9]{1,4}).*");
    private static final int HALF_SINCE_MAJOR = 4;
    private static final int HALF_SINCE_MINOR = 7;

    /** @param meminfo text of /proc/meminfo, empty if there is none */
    public static KernelLimits of(String release, String meminfo) {
        Matcher total = MEM_TOTAL.matcher(meminfo);
        return new KernelLimits(
                release, total.find() ? OptionalLong.of(Long.parseLong(total.group(1)) / 4) : OptionalLong.empty());
    }

    /** A warning, if it will not take so many pages. */
    Optional<String> warning(long pages) {
        Matcher version = VERSION.matcher(release);
        boolean halfRule = version.matches()
                && (Integer.parseInt(version.group(1)) > HALF_SINCE_MAJOR
                        || Integer.parseInt(version.group(1)) == HALF_SINCE_MAJOR
                                && Integer.parseInt(version.group(2)) >= HALF_SINCE_MINOR);
        if (!halfRule || totalPages.isEmpty() || pages <= totalPages.getAsLong() / 2) {
            return Optional.empty();
        }
        return Optional.of(
                "Warning: %d pages are to be loaded, more than half of this machine's %d: Linux %s will refuse them (makedumpfile -E -d 16 makes a dump smaller)"
                        .formatted(pages, totalPages.getAsLong(), release));
    }
}
