package org.kjump.kexec.plan;

import org.jspecify.annotations.Nullable;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.UserBuffer;

/** A destination and what goes there; without content it backs up the pages it covers. */
public record Segment(
        String name, PaddrRange range, @Nullable UserBuffer content, long contentSize) {
    static Segment backup(PaddrRange range) {
        return new Segment("backup", range, null, 0);
    }

    KexecSegment toKexecSegment() {
        return new KexecSegment(content, contentSize, range.start(), range.size());
    }
}
