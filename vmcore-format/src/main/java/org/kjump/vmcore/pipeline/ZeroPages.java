package org.kjump.vmcore.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;

/** Takes pages of nothing but zeros out of a set. Each call stands for itself. */
public final class ZeroPages implements Stages<ZeroPages.Block> {
    private static final int BLOCK_PAGES = 64;

    private final MemoryImage image;
    private final PfnSet pages;
    private final byte[] zero;
    private final Progress progress;
    private final long total;
    private long next;
    private long done;
    private long found;

    private ZeroPages(MemoryImage image, PfnSet pages, Progress progress) {
        this.image = image;
        this.pages = pages;
        this.zero = new byte[image.target().pageSize()];
        this.progress = progress;
        this.total = pages.size();
        this.next = pages.next(0);
    }

    /**
     * Takes the pages of zeros out of {@code pages}, which the image has all of.
     *
     * @return how many there were
     */
    public static long drop(MemoryImage image, PfnSet pages, Workers workers, Progress progress) throws IOException {
        ZeroPages zeros = new ZeroPages(image, pages, progress);
        workers.run(zeros);
        return zeros.found;
    }

    /** Some frames that follow each other. */
    final class Block {
        private final byte[] bytes = new byte[BLOCK_PAGES * zero.length];
        private final ByteBuffer target = ByteBuffer.wrap(bytes);
        private final boolean[] isZero = new boolean[BLOCK_PAGES];
        private long start;
        private int count;
    }

    @Override
    public Block block() {
        return new Block();
    }

    @Override
    public boolean next(Block block) {
        block.start = next;
        block.count = 0;
        while (next >= 0 && next == block.start + block.count && block.count < BLOCK_PAGES) {
            block.count++;
            next = pages.next(next + 1);
        }
        return block.count > 0;
    }

    @Override
    public void work(Block block) {
        image.read(block.start, block.count, block.target.clear());
        for (int i = 0; i < block.count; i++) {
            int at = i * zero.length;
            block.isZero[i] = Arrays.equals(block.bytes, at, at + zero.length, zero, 0, zero.length);
        }
    }

    @Override
    public void done(Block block) {
        for (int i = 0; i < block.count; i++) {
            if (block.isZero[i]) {
                pages.remove(block.start + i);
                found++;
            }
        }
        done += block.count;
        progress.at(done, total);
    }
}
