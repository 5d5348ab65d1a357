package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.io.NoSpaceException;
import org.kjump.vmcore.pipeline.ZeroPages;

/** An ELF core: pages of zeros are left out, not shared. */
record ElfOutput(Job job, OptionalInt maxSegments) implements Output {
    @Override
    public Report whole(LimitedSink sink) throws IOException {
        long zeros = dropZeros();
        return write(writer(job.selection().kept(), ElfWriter.State.COMPLETE), zeros, sink);
    }

    private long dropZeros() throws IOException {
        Selection selection = job.selection();
        if ((selection.level() & 1) == 0) {
            return 0;
        }
        try (ProgressLine progress = job.messages().progress("Excluding unnecessary pages", job.pageSize())) {
            return ZeroPages.drop(job.erasing().image(), selection.kept(), job.workers(), progress);
        }
    }

    private ElfWriter writer(PfnSet kept, ElfWriter.State state) {
        return new ElfWriter(job.erasing().image(), kept, notes(), state, maxSegments.orElse(Integer.MAX_VALUE));
    }

    /** What is erased is told behind the other notes. */
    private List<Note> notes() {
        List<Note> notes = new ArrayList<>(job.erasing().image().notes());
        if (job.erasing().text().length > 0) {
            notes.add(new Note("ERASEINFO", 0, ByteBuffer.wrap(job.erasing().text())));
        }
        return notes;
    }

    private Report write(ElfWriter writer, long zeros, LimitedSink sink) throws IOException {
        try (ProgressLine progress = job.messages().progress("Copying data", job.pageSize())) {
            writer.write(job.workers(), job.blockPages(), sink, progress);
        }
        return job.report(zeros, OptionalLong.of(writer.frames()), sink);
    }

    /** As the size of an ELF file is known before it is written, the pages are chosen so that it fits. */
    @Override
    public Report whatFits(LimitedSink sink, long room) throws IOException {
        long zeros = dropZeros();
        PfnSet kept = job.selection().kept();
        PfnSet urgent = kept.copy();
        urgent.retain(job.urgent());
        PfnSet others = kept.copy();
        others.removeAll(urgent);
        long fits = -1;
        long tooMany = kept.size() + 1;
        while (tooMany - fits > 1) {
            long middle = fits + (tooMany - fits) / 2;
            if (writer(first(middle, urgent, others), ElfWriter.State.INCOMPLETE)
                            .size()
                    <= room) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        if (fits < 0) {
            throw new NoSpaceException("%d bytes are not enough for the headers".formatted(room), room);
        }
        return write(writer(first(fits, urgent, others), ElfWriter.State.INCOMPLETE), zeros, sink);
    }

    /** The urgent pages, and the first of the others, {@code count} in all. */
    private static PfnSet first(long count, PfnSet urgent, PfnSet others) {
        PfnSet first = urgent.first(count);
        first.addAll(others.first(Math.max(0, count - urgent.size())));
        return first;
    }
}
