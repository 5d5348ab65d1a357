package org.kjump.vmcore.arch;

import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/** What a dump and its VMCOREINFO tell of a kernel's addresses. */
record Told(MemoryImage image, VmcoreInfo info) {
    /** @throws VmcoreException if VMCOREINFO does not name it */
    long symbol(String name) {
        return info.symbol(name)
                .orElseThrow(
                        () -> new VmcoreException("%s: VMCOREINFO has no SYMBOL(%s)".formatted(image.name(), name)));
    }

    /** @throws VmcoreException if VMCOREINFO does not tell it */
    long number(String name) {
        return info.number(name)
                .orElseThrow(
                        () -> new VmcoreException("%s: VMCOREINFO has no NUMBER(%s)".formatted(image.name(), name)));
    }

    /** Where memory begins: the lowest physical address of a segment; 0 if there is none. */
    long lowestPaddr() {
        return image.segments().stream().mapToLong(Segment::paddr).min().orElse(0);
    }

    VmcoreException bad(String what, long found, String expected) {
        return new VmcoreException("%s: VMCOREINFO: %s=%d: %s expected".formatted(image.name(), what, found, expected));
    }
}
