package org.kjump.vmcore;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's version, for the few things that its VMCOREINFO tells neither by a name that is there nor by one that is missing. Immutable.
 *
 * @param major 4 of 4.19.0-27-amd64
 * @param minor 19 of it
 * @param patch 0 of it; also 0 if there is no third number
 */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {
    private static final Pattern RELEASE =
            Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})(?:\\.([0-9]{1,4}))?([^0-9].*)?");

    private static final Comparator<KernelVersion> ORDER = Comparator.comparingInt(KernelVersion::major)
            .thenComparingInt(KernelVersion::minor)
            .thenComparingInt(KernelVersion::patch);

    /**
     * @param source what messages call the dump
     * @throws VmcoreException if VMCOREINFO has no OSRELEASE, or one that begins otherwise than 4.19 does
     */
    public static KernelVersion of(String source, VmcoreInfo info) {
        String release = info.text("OSRELEASE").orElse("");
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            throw new VmcoreException(
                    "%s: VMCOREINFO: OSRELEASE='%s': a version such as 2.6.27 expected".formatted(source, release));
        }
        String patch = matcher.group(3);
        return new KernelVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /** Whether this is older than {@code major.minor.0}. */
    public boolean isBefore(int major, int minor) {
        return isBefore(major, minor, 0);
    }

    /** The third number says something of 2.6.x only. */
    public boolean isBefore(int major, int minor, int patch) {
        return compareTo(new KernelVersion(major, minor, patch)) < 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }
}
