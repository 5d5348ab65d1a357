package org.kjump.makedumpfile;

import java.util.List;
import java.util.OptionalLong;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.UrgentPages;
import org.kjump.vmcore.pipeline.Workers;

/**
 * What to write, and with what.
 *
 * @param blockPages how many pages a worker takes at once
 */
record Job(
        InputDump dump,
        Selection selection,
        KdumpWriter.Vmemmap vmemmap,
        Erasing erasing,
        Workers workers,
        int blockPages,
        Messages messages) {
    /** The pages without which the others are of little use, the most urgent first. */
    List<PfnSet> urgent() {
        if (dump.info().isEmpty()) {
            return List.of();
        }
        try {
            return UrgentPages.of(dump.kernel());
        } catch (VmcoreException e) {
            // Of a kernel that cannot be read, the first pages are as good as any.
            return List.of();
        }
    }

    /** In bytes. */
    int pageSize() {
        return erasing.image().target().pageSize();
    }

    Report report(long zeros, OptionalLong stored, LimitedSink sink) {
        return new Report(
                selection.level(),
                selection.pages().existing().limit(),
                selection.pages().existing().size(),
                selection.dropped(),
                zeros,
                stored,
                sink.written(),
                sink.size());
    }
}
