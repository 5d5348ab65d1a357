package org.kjump.vmcore.kernel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kjump.vmcore.VmcoreException;

/**
 * A kernel's version, for the few things that its VMCOREINFO tells neither by a name that is there nor by one that is missing.
 *
 * @param major 4 of 4.19.0-27-amd64
 * @param minor 19 of it
 */
record KernelGeneration(int major, int minor) {
    private static final Pattern RELEASE = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})([^0-9].*)?");

    /** @throws VmcoreException if VMCOREINFO has no OSRELEASE, or one that begins otherwise than 4.19 does */
    static KernelGeneration of(KernelMemory kernel) {
        String release = kernel.info().text("OSRELEASE").orElse("");
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            throw new VmcoreException("%s: VMCOREINFO: OSRELEASE='%s': a version such as 2.6.27 expected"
                    .formatted(kernel.image().name(), release));
        }
        return new KernelGeneration(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    boolean isBefore(int major, int minor) {
        return this.major < major || this.major == major && this.minor < minor;
    }
}
