package org.kjump.makedumpfile;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.kjump.makedumpfile.FilterRequest.Destination;
import org.kjump.vmcore.PfnRange;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kdump.SplitPlan;

/** A kdump-compressed file, or one of a set of them. */
record KdumpOutput(Job job, Compression compression) implements Output {
    private static final String COPYING = "Copying data";

    @Override
    public Report whole(LimitedSink sink) throws IOException {
        try (ProgressLine progress = job.messages().progress(COPYING, job.pageSize())) {
            return report(writer().whole(content(), sink, progress), sink);
        }
    }

    @Override
    public Report whatFits(LimitedSink sink, long room) throws IOException {
        try (ProgressLine progress = job.messages().progress(COPYING, job.pageSize())) {
            return report(writer().whatFits(content(), job.urgent(), sink, progress), sink);
        }
    }

    /** The files of a set. */
    List<Output> parts(Destination.Split split) {
        if (split.blockBytes() % job.pageSize() != 0) {
            throw new VmcoreException("The splitblock size must be align to page_size.");
        }
        PfnSet kept = job.selection().kept();
        return SplitPlan.of(kept, split.names().size(), split.blockBytes() / job.pageSize()).stream()
                .map(this::part)
                .toList();
    }

    private Output part(PfnRange frames) {
        return new Output() {
            @Override
            public Report whole(LimitedSink sink) throws IOException {
                try (ProgressLine progress = job.messages().progress(COPYING, job.pageSize())) {
                    return report(writer().part(content(), frames, sink, progress), sink);
                }
            }

            @Override
            public Report whatFits(LimitedSink sink, long room) throws IOException {
                try (ProgressLine progress = job.messages().progress(COPYING, job.pageSize())) {
                    KdumpWriter writer = writer();
                    return report(writer.partThatFits(content(), frames, job.urgent(), sink, progress), sink);
                }
            }
        };
    }

    private KdumpWriter writer() {
        return new KdumpWriter(job.workers(), job.blockPages());
    }

    private KdumpWriter.Content content() {
        Selection selection = job.selection();
        return new KdumpWriter.Content(
                job.erasing().image(),
                selection.pages().existing(),
                selection.kept(),
                selection.level(),
                compression,
                selection.utsname(),
                selection.crashTime(),
                selection.physBase(),
                job.vmemmap(),
                job.erasing().text());
    }

    private Report report(KdumpWriter.Written written, LimitedSink sink) {
        return job.report(written.zeros(), OptionalLong.empty(), sink);
    }
}
