package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.PageCodec;
import org.kjump.vmcore.pipeline.Stages;

/** Pages on their way from an image to a file: read, compared with zero, packed. Codecs live as long as this. */
final class PageStages implements Stages<PageStages.Block>, AutoCloseable {
    /** Takes packed pages, in order of their frames. */
    interface Taker {
        void take(Block block) throws IOException;
    }

    /** What becomes of a page of zeros. */
    enum Zeros {
        SHARED,
        STORED
    }

    private final MemoryImage image;
    private final Compression compression;
    private final Zeros zeros;
    private final int frames;
    private final byte[] zero;
    private final Taker taker;
    private final List<Block> blocks = new ArrayList<>();
    private PfnSet pages = new PfnSet(0);
    private long next = -1;
    private long end;

    /** @param frames how many pages a block has */
    PageStages(MemoryImage image, Compression compression, Zeros zeros, int frames, Taker taker) {
        this.image = image;
        this.compression = compression;
        this.zeros = zeros;
        this.frames = frames;
        this.zero = new byte[image.target().pageSize()];
        this.taker = taker;
    }

    /** Makes the frames of {@code pages} from {@code start} up to but without {@code end} those that are worked on next. */
    PageStages over(PfnSet pages, long start, long end) {
        this.pages = pages;
        this.next = pages.next(start);
        this.end = end;
        return this;
    }

    @Override
    public Block block() {
        Block block = new Block();
        blocks.add(block);
        return block;
    }

    @Override
    public boolean next(Block block) {
        block.count = 0;
        while (block.count < frames && next >= 0 && next < end) {
            block.pfns[block.count++] = next;
            next = pages.next(next + 1);
        }
        return block.count > 0;
    }

    @Override
    public void work(Block block) {
        block.read();
        block.pack();
    }

    @Override
    public void done(Block block) throws IOException {
        taker.take(block);
    }

    @Override
    public void close() {
        blocks.forEach(block -> block.codec.close());
    }

    /** Some pages and what became of them. */
    final class Block {
        final long[] pfns = new long[frames];
        /** Bytes that each page became; 0 if it is zero and such pages are shared. */
        final int[] sizes = new int[frames];
        /** What the pages became, one behind the other. */
        final byte[] packed = new byte[frames * zero.length];

        int count;
        int length;
        private final byte[] raw = new byte[frames * zero.length];
        private final ByteBuffer target = ByteBuffer.wrap(raw);
        private final PageCodec codec = compression.codec();

        private void read() {
            for (int first = 0; first < count; ) {
                int behind = first + 1;
                while (behind < count && pfns[behind] == pfns[behind - 1] + 1) {
                    behind++;
                }
                target.limit(behind * zero.length).position(first * zero.length);
                image.read(pfns[first], behind - first, target);
                first = behind;
            }
        }

        private void pack() {
            length = 0;
            for (int i = 0; i < count; i++) {
                int at = i * zero.length;
                if (zeros == Zeros.SHARED && Arrays.equals(raw, at, at + zero.length, zero, 0, zero.length)) {
                    sizes[i] = 0;
                    continue;
                }
                int size = codec.pack(raw, at, zero.length, packed, length);
                if (size == zero.length) {
                    System.arraycopy(raw, at, packed, length, size);
                }
                sizes[i] = size;
                length += size;
            }
        }
    }
}
