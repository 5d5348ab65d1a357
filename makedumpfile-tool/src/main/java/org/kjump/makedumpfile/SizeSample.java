package org.kjump.makedumpfile;

import java.util.List;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.PageCodec;

/**
 * Packs every n-th of the pages that a kdump-compressed file would store, so that its size can be estimated. Pages of zeros are not
 * among them: they are counted, not sampled. Not thread-safe.
 */
final class SizeSample implements AutoCloseable {
    /** Enough for an error below one percent of what pages differ by; packed within a second. */
    private static final int PAGES = 8192;

    private static final long DESCRIPTOR = 24;
    private static final long SUB_HEADER_32 = 80;
    private static final long SUB_HEADER_64 = 104;

    private final PageCodec codec;
    private final Target target;
    private final long step;
    private final byte[] packed;
    private long seen;
    private long sampled;
    private double sum;
    private double squares;

    /** @param stored about how many pages there will be: some of them may be left out */
    SizeSample(Compression compression, Target target, long stored) {
        this.codec = compression.codec();
        this.target = target;
        this.step = Math.max(1, stored / PAGES);
        this.packed = new byte[target.pageSize()];
    }

    /** A page that the file would have. */
    void page(byte[] page) {
        // From the middle of each stretch, so that neither end of memory counts more.
        if (seen++ % step == step / 2) {
            double size = codec.pack(page, 0, page.length, packed, 0);
            sampled++;
            sum += size;
            squares += size * size;
        }
    }

    /** The size of a file at the level whose pages were shown. */
    SizeEstimate estimate(PageCensus census, int level, List<Note> notes) {
        double mean = sampled == 0 ? 0 : sum / sampled;
        double variance = sampled < 2 ? 0 : Math.max(0, (squares - sum * mean) / (sampled - 1));
        // The sample is a part of what it stands for: the error is 0 if it is all of it.
        double rest = seen == 0 ? 0 : 1 - (double) sampled / seen;
        double error = sampled == 0 ? 0 : seen * Math.sqrt(variance / sampled * rest);
        long bytes = front(census, notes) + census.kept(level) * DESCRIPTOR + zeros(census, level);
        return new SizeEstimate(bytes + Math.round(mean * seen), Math.round(error), sampled);
    }

    /** Pages of zeros share one block where the level looks for them, and are pages like others where it does not. */
    private long zeros(PageCensus census, int level) {
        return (level & 1) != 0
                ? target.pageSize()
                : census.zeroAmongKept(level)
                        * codec.pack(new byte[target.pageSize()], 0, target.pageSize(), packed, 0);
    }

    /** Header, sub header with the notes, and both bitmaps, in whole blocks. */
    private long front(PageCensus census, List<Note> notes) {
        long subHeader = (target.wordBytes() == 8 ? SUB_HEADER_64 : SUB_HEADER_32)
                + Notes.bytes(notes, target.order()).capacity();
        long bitmap = (census.frames() + 7) / 8;
        return (1 + blocks(subHeader) + 2 * blocks(bitmap)) * target.pageSize();
    }

    private long blocks(long bytes) {
        return (bytes + target.pageSize() - 1) / target.pageSize();
    }

    @Override
    public void close() {
        codec.close();
    }
}
