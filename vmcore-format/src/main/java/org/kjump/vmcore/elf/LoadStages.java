package org.kjump.vmcore.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.pipeline.Stages;

/** The bytes of loads on their way from an image to a file, one load behind the other. */
final class LoadStages implements Stages<LoadStages.Block> {
    private final MemoryImage image;
    private final PfnSet kept;
    private final int blockPages;
    private final int pageSize;
    private final Iterator<ElfLoad> loads;
    private final ByteSink sink;
    private final Progress progress;
    private final long total;
    private long frames;
    private long offset;
    private long at;
    private long end;

    /** @param offset where in the file the first load's bytes are */
    LoadStages(
            MemoryImage image,
            PfnSet kept,
            List<ElfLoad> loads,
            int blockPages,
            long offset,
            ByteSink sink,
            Progress progress) {
        this.image = image;
        this.kept = kept;
        this.loads = loads.iterator();
        this.blockPages = blockPages;
        this.pageSize = image.target().pageSize();
        this.offset = offset;
        this.sink = sink;
        this.progress = progress;
        this.total = loads.stream()
                .mapToLong(load -> load.frames(image.target().pageShift()))
                .sum();
    }

    /** Bytes of one load from physical address {@code start} up to {@code end}. */
    final class Block {
        private final ByteBuffer bytes = ByteBuffer.allocate(blockPages * pageSize);
        private final byte[] zero = new byte[pageSize];
        private long start;
        private long end;

        private void read() {
            int shift = image.target().pageShift();
            long behind = (end + pageSize - 1) >> shift;
            bytes.clear();
            for (long pfn = start >> shift; pfn < behind; ) {
                long run = Math.min(kept.nextMissing(pfn), behind);
                if (run > pfn) {
                    image.read(pfn, (int) (run - pfn), bytes);
                    pfn = run;
                } else {
                    leftOut(pfn++);
                }
            }
            int skip = (int) (start & pageSize - 1);
            bytes.flip().position(skip).limit(skip + (int) (end - start));
        }

        /** A page in a short run; if the dump does not have it, it is stored as zeros. */
        private void leftOut(long pfn) {
            PageState state = image.read(pfn, bytes);
            if (state != PageState.PRESENT && state != PageState.ZERO) {
                bytes.put(zero);
            }
        }
    }

    @Override
    public Block block() {
        return new Block();
    }

    @Override
    public boolean next(Block block) {
        while (at == end) {
            if (!loads.hasNext()) {
                return false;
            }
            ElfLoad load = loads.next();
            at = load.paddr();
            end = load.paddr() + load.fileSize();
        }
        block.start = at;
        long full = (at & -pageSize) + (long) blockPages * pageSize;
        block.end = Math.min(end, full);
        at = block.end;
        return true;
    }

    @Override
    public void work(Block block) {
        block.read();
    }

    @Override
    public void done(Block block) throws IOException {
        int length = block.bytes.remaining();
        sink.write(offset, block.bytes);
        offset += length;
        frames += (length + pageSize - 1) / pageSize;
        progress.at(Math.min(frames, total), total);
    }
}
