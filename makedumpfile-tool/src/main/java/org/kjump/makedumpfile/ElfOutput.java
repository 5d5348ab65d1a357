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
final class ElfOutput implements Output {
    private final Job job;
    private final OptionalInt maxSegments;
    private long zeros;

    ElfOutput(Job job, OptionalInt maxSegments) {
        this.job = job;
        this.maxSegments = maxSegments;
    }

    @Override
    public Report whole(LimitedSink sink) throws IOException {
        dropZeros();
        return write(writer(job.selection().kept(), ElfWriter.State.COMPLETE), sink);
    }

    private void dropZeros() throws IOException {
        Selection selection = job.selection();
        if ((selection.level() & 1) != 0) {
            try (ProgressLine progress = job.messages().progress("Excluding unnecessary pages", job.pageSize())) {
                zeros = ZeroPages.drop(job.erasing().image(), selection.kept(), job.workers(), progress);
            }
        }
    }

    private ElfWriter writer(PfnSet kept, ElfWriter.State state) {
        return new ElfWriter(job.erasing().image(), kept, notes(), state, maxSegments.orElse(Integer.MAX_VALUE));
    }

    /** What is erased is told behind the other notes. */
    private List<Note> notes() {
        List<Note> notes = new ArrayList<>(job.erasing().image().notes());
        notes.removeIf(Erasing::isEraseInfo);
        if (job.erasing().text().length > 0) {
            notes.add(new Note("ERASEINFO", 0, ByteBuffer.wrap(job.erasing().text())));
        }
        return notes;
    }

    private Report write(ElfWriter writer, LimitedSink sink) throws IOException {
        try (ProgressLine progress = job.messages().progress("Copying data", job.pageSize())) {
            writer.write(job.workers(), job.blockPages(), sink, progress);
        }
        return job.report(zeros, OptionalLong.of(writer.frames()), sink);
    }

    /** Only behind {@link #whole}. As the size of an ELF file is known before it is written, the pages are chosen so that it fits. */
    @Override
    public Report whatFits(LimitedSink sink, long room) throws IOException {
        PfnSet rest = job.selection().kept().copy();
        List<PfnSet> inOrder = new ArrayList<>();
        for (PfnSet pages : job.urgent()) {
            PfnSet urgent = rest.copy();
            urgent.retain(pages);
            inOrder.add(urgent);
            rest.removeAll(urgent);
        }
        inOrder.add(rest);
        long fits = -1;
        long tooMany = job.selection().kept().size() + 1;
        while (tooMany - fits > 1) {
            long middle = fits + (tooMany - fits) / 2;
            if (writer(first(middle, inOrder), ElfWriter.State.INCOMPLETE).size() <= room) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        if (fits < 0) {
            throw new NoSpaceException("%d bytes are not enough for the headers".formatted(room), room);
        }
        return write(writer(first(fits, inOrder), ElfWriter.State.INCOMPLETE), sink);
    }

    /** The first {@code count} pages of several sets. */
    private static PfnSet first(long count, List<PfnSet> inOrder) {
        PfnSet first = new PfnSet(inOrder.get(0).limit());
        long left = count;
        for (PfnSet pages : inOrder) {
            PfnSet some = pages.first(left);
            first.addAll(some);
            left -= some.size();
        }
        return first;
    }
}
