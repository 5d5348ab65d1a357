package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnRange;
import org.kjump.vmcore.PfnRanks;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.NoSpaceException;
import org.kjump.vmcore.pipeline.Workers;

/**
 * Writes kdump-compressed files, version 6, in the layout of the dumped machine: disk_dump_header, kdump_sub_header and notes, two
 * bitmaps, page descriptors, pages (makedumpfile's diskdump_mod.h). Zero pages share one block if the level asks for it. The file is
 * the same whatever the number of workers and the size of blocks. It closes neither images nor sinks nor the workers; to be used by
 * one thread at a time.
 */
public final class KdumpWriter {
    /** Pages in a block, where nothing else is asked for: what a thread takes at once. */
    public static final int BLOCK_PAGES = 64;

    private static final int PIECE = 1 << 20;
    /** Where space is short, so many pages are written at once: fewer than that are lost at the end. */
    private static final int LAST_PAGES = 8;

    /** Whether struct pages of memory that is left out were left out themselves ({@code makedumpfile -e}). */
    public enum Vmemmap {
        WHOLE,
        WITHOUT_UNUSED
    }

    /**
     * What to write.
     *
     * @param existing first bitmap: frames of the dumped machine
     * @param kept second bitmap: frames to store
     * @param level the dump level that {@code kept} is the result of
     * @param utsname 390 bytes of the kernel's {@code new_utsname}
     * @param crashTime seconds since 1970, 0 if unknown
     * @param physBase where an x86_64 kernel's image lies, less its link address; 0 for i386
     * @param eraseInfo what was erased of the pages' data, as makedumpfile's ERASEINFO has it; empty if nothing was
     */
    public record Content(
            MemoryImage image,
            PfnSet existing,
            PfnSet kept,
            int level,
            Compression compression,
            byte[] utsname,
            long crashTime,
            long physBase,
            Vmemmap vmemmap,
            byte[] eraseInfo) {
        public Content(
                MemoryImage image,
                PfnSet existing,
                PfnSet kept,
                int level,
                Compression compression,
                byte[] utsname,
                long crashTime,
                long physBase) {
            this(image, existing, kept, level, compression, utsname, crashTime, physBase, Vmemmap.WHOLE, new byte[0]);
        }
    }

    /**
     * The frames whose pages a file has: all of them, or those of one file of a set.
     *
     * @param end behind the last frame
     */
    record Part(Kind kind, long start, long end) {
        enum Kind {
            WHOLE,
            OF_SET
        }
    }

    /**
     * What is in a file.
     *
     * @param zeros how many of the pages hold nothing but zeros, if the level asks to find them; otherwise 0
     * @param pages how many pages it has, those of zeros among them
     */
    public record Written(long zeros, long pages) {}

    private final Workers workers;
    private final int blockPages;

    public KdumpWriter(Workers workers) {
        this(workers, BLOCK_PAGES);
    }

    /** @param blockPages how many pages a worker takes at once, at least 1 */
    public KdumpWriter(Workers workers, int blockPages) {
        this.workers = workers;
        this.blockPages = blockPages;
    }

    /** Writes a whole file with as many threads as there are processors. */
    public static Written write(Content content, ByteSink sink, Progress progress) throws IOException {
        try (Workers workers = Workers.forAllProcessors()) {
            return new KdumpWriter(workers).whole(content, sink, progress);
        }
    }

    /**
     * Writes a whole file.
     *
     * @throws org.kjump.vmcore.VmcoreException if files of the machine have a layout that is not known, or a page cannot be read
     */
    public Written whole(Content content, ByteSink sink, Progress progress) throws IOException {
        long end = content.existing().limit();
        return new Run(content, new Part(Part.Kind.WHOLE, 0, end), sink, progress).all();
    }

    /**
     * Writes one file of a set ({@code makedumpfile --split}): all headers, and the pages of
     * {@code frames}.
     */
    public Written part(Content content, PfnRange frames, ByteSink sink, Progress progress) throws IOException {
        return new Run(content, new Part(Part.Kind.OF_SET, frames.start(), frames.end()), sink, progress).all();
    }

    /**
     * Writes as many pages as there is room for, and marks the file as incomplete.
     *
     * @param urgent frames to write before all others, the most urgent first; a frame may be in several sets
     * @param sink throws {@link NoSpaceException} when it is full; what was written before can be overwritten still
     * @throws NoSpaceException if there is no room for headers, bitmaps and descriptors
     */
    public Written whatFits(Content content, List<PfnSet> urgent, ByteSink sink, Progress progress) throws IOException {
        long end = content.existing().limit();
        return new Run(content, new Part(Part.Kind.WHOLE, 0, end), sink, progress).whatFits(urgent);
    }

    /** The same for one file of a set. */
    public Written partThatFits(Content content, PfnRange frames, List<PfnSet> urgent, ByteSink sink, Progress progress)
            throws IOException {
        return new Run(content, new Part(Part.Kind.OF_SET, frames.start(), frames.end()), sink, progress)
                .whatFits(urgent);
    }

    /** The writing of one file. */
    private final class Run {
        private final Content content;
        private final Part part;
        private final ByteSink sink;
        private final Progress progress;
        private final HeaderWriter headers;
        private final int block;
        private final PfnRanks ranks;
        private final long firstRank;
        private final long total;
        private final DescriptorWriter descriptors;
        private final PieceWriter data;
        private final long zeroAt;
        private long zeros;
        private long pages;

        Run(Content content, Part part, ByteSink sink, Progress progress) {
            this.content = content;
            this.part = part;
            this.sink = sink;
            this.progress = progress;
            this.headers = new HeaderWriter(content);
            this.block = content.image().target().pageSize();
            this.ranks = new PfnRanks(content.kept());
            this.firstRank = ranks.rank(part.start());
            this.total = content.kept().size(part.start(), part.end());
            long start = headers.descriptors();
            this.descriptors =
                    new DescriptorWriter(sink, start, content.image().target().order());
            // Files of a set leave room for the descriptors of all of it, so that their pages begin at one place.
            this.zeroAt = start + content.kept().size() * KdumpLayout.DESCRIPTOR.size();
            this.data = new PieceWriter(sink, zeroAt, PIECE);
        }

        private PageStages stages(int blockPages, PageStages.Taker taker) {
            PageStages.Zeros shared = (content.level() & 1) != 0 ? PageStages.Zeros.SHARED : PageStages.Zeros.STORED;
            return new PageStages(content.image(), content.compression(), shared, blockPages, taker);
        }

        private void begin() throws IOException {
            headers.write(sink, part);
            if ((content.level() & 1) != 0) {
                data.write(new byte[block], block);
            }
        }

        Written all() throws IOException {
            begin();
            try (PageStages stages = stages(blockPages, this::take)) {
                workers.run(stages.over(content.kept(), part.start(), part.end()));
            }
            descriptors.flush();
            tellErased();
            data.flush();
            return new Written(zeros, pages);
        }

        private void tellErased() throws IOException {
            if (content.eraseInfo().length > 0) {
                long at = data.position();
                data.write(content.eraseInfo(), content.eraseInfo().length);
                data.flush();
                headers.markErased(sink, part, at);
            }
        }

        Written whatFits(List<PfnSet> urgent) throws IOException {
            begin();
            descriptors.reserve(content.kept().size());
            // Before the pages: there may be no room behind them.
            tellErased();
            data.flush();
            headers.markIncomplete(sink);
            PfnSet rest = content.kept().copy();
            try (PageStages stages = stages(Math.min(blockPages, LAST_PAGES), this::takeAtOnce)) {
                for (PfnSet pages : urgent) {
                    PfnSet first = rest.copy();
                    first.retain(pages);
                    workers.run(stages.over(first, part.start(), part.end()));
                    rest.removeAll(first);
                }
                workers.run(stages.over(rest, part.start(), part.end()));
            } catch (NoSpaceException e) {
                // What is described is there; the rest is what the mark is for.
            }
            return new Written(zeros, pages);
        }

        /** Descriptors only of pages that are in the file. */
        private void takeAtOnce(PageStages.Block done) throws IOException {
            long start = data.position();
            data.write(done.packed, done.length);
            data.flush();
            describe(done, start);
            descriptors.flush();
            count(done);
        }

        private void take(PageStages.Block done) throws IOException {
            long start = data.position();
            data.write(done.packed, done.length);
            describe(done, start);
            count(done);
        }

        /** @param start where in the file the block's pages begin */
        private void describe(PageStages.Block done, long start) throws IOException {
            long at = start;
            for (int i = 0; i < done.count; i++) {
                int size = done.sizes[i];
                long index = ranks.rank(done.pfns[i]) - firstRank;
                if (size == 0) {
                    descriptors.put(index, zeroAt, block, 0);
                } else {
                    descriptors.put(index, at, size, size < block ? KdumpFlags.of(content.compression()) : 0);
                    at += size;
                }
            }
        }

        private void count(PageStages.Block done) {
            for (int i = 0; i < done.count; i++) {
                zeros += done.sizes[i] == 0 ? 1 : 0;
            }
            pages += done.count;
            progress.at(pages, total);
        }
    }
}
