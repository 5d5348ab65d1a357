package org.kjump.vmcore.sadump;

import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnRanks;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/**
 * A dump that a server's firmware took (sadump), in its three containers: a single partition, a set of disks, a media backup. Frames that
 * the machine has and the firmware did not store are zero. It has no notes: what the kernel says of itself has to come from elsewhere.
 * Safe for use by many threads.
 */
public final class SadumpFile implements MemoryImage {
    private static final int PIECE = 1 << 20;
    private static final byte[] ZEROS = new byte[1 << 16];

    private final List<ByteSource> files;
    private final Disks disks;
    private final Target target;
    private final PfnRanks stored;
    /** With those that are zero. */
    private final PfnSet readable;

    /**
     * Takes {@code files} over: closing this closes them.
     *
     * @param files one, or all disks of a set in any order
     * @throws VmcoreException if they are no such dump, are damaged, cut, or not all there
     */
    public SadumpFile(List<ByteSource> files) {
        this.files = List.copyOf(files);
        this.disks = Disks.of(this.files);
        SadumpHeader header = disks.header();
        this.target = header.target();
        PfnSet dumpable = new PfnSet(header.pfnLimit());
        add(dumpable, header.dumpableBitmap());
        this.readable = dumpable.copy();
        add(readable, header.ramBitmap());
        this.stored = new PfnRanks(dumpable);
        if (stored.size() > disks.length() >> target.pageShift()) {
            throw header.partition()
                    .bad(
                            "cut: pages at offset %d".formatted(header.data()),
                            Long.toString(stored.size()),
                            disks.length() >> target.pageShift());
        }
    }

    /** Whether a file begins as a partition or a media backup of sadump's does. */
    public static boolean recognises(ByteSource file) {
        return Partition.recognises(file);
    }

    /** Adds the frames of a bitmap, of which the highest bit of a byte is the lowest frame. */
    private void add(PfnSet set, long offset) {
        long bytes = (set.limit() + 7) / 8;
        for (long done = 0; done < bytes; done += PIECE) {
            byte[] piece = new byte[(int) Math.min(PIECE, bytes - done)];
            disks.header().partition().file().readFully(offset + done, ByteBuffer.wrap(piece));
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (byte) (Integer.reverse(piece[i]) >>> 24);
            }
            set.addBytes(done, piece);
        }
    }

    @Override
    public String name() {
        return files.get(0).name();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public long pfnLimit() {
        return readable.limit();
    }

    @Override
    public PageState state(long pfn) {
        if (stored.set().has(pfn)) {
            return PageState.PRESENT;
        }
        return readable.has(pfn) ? PageState.ZERO : PageState.ABSENT;
    }

    @Override
    public long nextReadable(long pfn) {
        return readable.next(Math.max(0, pfn));
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        if (state == PageState.PRESENT) {
            stored(pfn, 1, page);
        } else if (state == PageState.ZERO) {
            page.put(ZEROS, 0, target.pageSize());
        }
        return state;
    }

    @Override
    public void read(long pfn, int count, ByteBuffer pages) {
        if (count > 0 && stored.set().size(pfn, pfn + count) == count) {
            stored(pfn, count, pages);
        } else {
            MemoryImage.super.read(pfn, count, pages);
        }
    }

    private void stored(long pfn, int count, ByteBuffer pages) {
        disks.read(stored.rank(pfn) << target.pageShift(), Math.multiplyExact(count, target.pageSize()), pages);
    }

    /** None. */
    @Override
    public List<Note> notes() {
        return List.of();
    }

    /** None: the bitmaps say which frames there are. */
    @Override
    public List<Segment> segments() {
        return List.of();
    }

    @Override
    public void close() {
        files.forEach(ByteSource::close);
    }
}
