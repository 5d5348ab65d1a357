package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnRanks;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/**
 * A kdump-compressed file as makedumpfile and QEMU write it: versions 0 to 6, in the layouts of i386, of other 32-bit and of 64-bit
 * machines, in both byte orders. Of a part of a split dump the frames of other parts are excluded. Pages that were lost when the writer
 * ran out of space are excluded, too; to read one is an error. Safe for use by many threads.
 */
public final class KdumpFile implements KdumpImage {
    /** Bitmaps are read in pieces of so many bytes: they may be longer than an array. */
    private static final int PIECE = 1 << 20;

    private static final byte[] ZEROS = new byte[PIECE];

    private final KdumpHeaders headers;
    private final Target target;
    private final List<Note> notes;
    private final PfnSet existing;
    /** Frames that the file has descriptors for. */
    private final PfnRanks described;

    private final PfnSet stored;
    /** How many descriptors the whole dump has, of which this file may be a part. */
    private final long allDescribed;

    /** A block has 2^n pages: 1, but where a hypervisor did not know how large the guest's pages are. */
    private final int pagesShift;

    private final PageReader pages;

    /**
     * Takes {@code file} over: closing this closes it.
     *
     * @throws VmcoreException if it is no such file, is damaged or cut
     */
    public KdumpFile(ByteSource file) {
        this.headers = KdumpHeaders.of(file);
        this.notes = List.copyOf(headers.notes());
        this.target = headers.target(notes);
        this.pagesShift = Integer.numberOfTrailingZeros(headers.block()) - target.pageShift();
        this.existing = bitmap(headers.bitmaps());
        PfnSet part = headers.secondBitmap() == headers.bitmaps() ? existing.copy() : bitmap(headers.secondBitmap());
        this.allDescribed = part.size();
        part.remove(0, headers.startPfn());
        part.remove(headers.endPfn(), headers.pfnLimit());
        this.described = new PfnRanks(part);
        this.stored = headers.isIncomplete() ? new Descriptors(headers).written(part) : part;
        this.pages = new PageReader(headers);
    }

    /** Whether a file begins as a kdump-compressed file does. */
    public static boolean recognises(ByteSource file) {
        return KdumpHeaders.recognises(file);
    }

    private PfnSet bitmap(long offset) {
        PfnSet set = new PfnSet(headers.pfnLimit());
        long bytes = (headers.pfnLimit() + 7) / 8;
        byte[] piece = new byte[(int) Math.min(PIECE, bytes)];
        for (long done = 0; done < bytes; done += piece.length) {
            int length = (int) Math.min(piece.length, bytes - done);
            headers.file().readFully(offset + done, ByteBuffer.wrap(piece, 0, length));
            // Physical address spaces have large holes.
            if (!Arrays.equals(piece, 0, length, ZEROS, 0, length)) {
                set.addBytes(done, length == piece.length ? piece : Arrays.copyOf(piece, length));
            }
        }
        return set;
    }

    KdumpHeaders headers() {
        return headers;
    }

    PfnSet described() {
        return described.set();
    }

    /** Where the page of zeros stands that zero pages share, if the level has them share one: behind the descriptors. */
    long zeroPage() {
        return headers.descriptors() + allDescribed * KdumpLayout.DESCRIPTOR.size();
    }

    /** Whether this is a part of a dump that was split into several files. */
    public boolean isPart() {
        return headers.isSplit();
    }

    /** The lowest frame that this file answers for: 0 if it is not a part. */
    public long startPfn() {
        return headers.startPfn();
    }

    /** One more than the highest frame that this file answers for. */
    public long endPfn() {
        return headers.endPfn();
    }

    @Override
    public int level() {
        return headers.level();
    }

    @Override
    public boolean incomplete() {
        return headers.isIncomplete();
    }

    @Override
    public byte[] utsname() {
        byte[] utsname = new byte[KdumpLayout.UTSNAME_SIZE];
        headers.header().get(KdumpLayout.UTSNAME_OFFSET, utsname);
        return utsname;
    }

    @Override
    public long crashTime() {
        return headers.header("timestamp_sec");
    }

    @Override
    public long physBase() {
        return headers.sub("phys_base");
    }

    @Override
    public ByteBuffer eraseInfo() {
        return headers.eraseInfo();
    }

    @Override
    public String name() {
        return headers.file().name();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public long pfnLimit() {
        return headers.pfnLimit() << pagesShift;
    }

    @Override
    public PageState state(long pfn) {
        long block = pfn >> pagesShift;
        if (stored.has(block)) {
            return PageState.PRESENT;
        }
        return existing.has(block) || described.set().has(block) ? PageState.EXCLUDED : PageState.ABSENT;
    }

    @Override
    public long nextReadable(long pfn) {
        long next = stored.next(Math.max(0, pfn) >> pagesShift);
        return next < 0 ? -1 : Math.max(pfn, next << pagesShift);
    }

    /** @throws VmcoreException also if the page was lost because the writer ran out of space */
    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        long block = pfn >> pagesShift;
        if (state == PageState.PRESENT) {
            int offset = (int) (pfn - (block << pagesShift)) << target.pageShift();
            if (pagesShift == 0) {
                pages.read(pfn, described.rank(block), 1, page);
            } else {
                pages.readPart(block, described.rank(block), offset, target.pageSize(), page);
            }
        } else if (described.set().has(block)) {
            throw headers.lost(pfn);
        }
        return state;
    }

    @Override
    public void read(long pfn, int count, ByteBuffer pages) {
        long block = pfn >> pagesShift;
        int blocks = count >> pagesShift;
        boolean whole = block << pagesShift == pfn && blocks << pagesShift == count;
        if (whole && blocks > 0 && stored.size(block, block + blocks) == blocks) {
            this.pages.read(block, described.rank(block), blocks, pages);
        } else {
            KdumpImage.super.read(pfn, count, pages);
        }
    }

    @Override
    public List<Note> notes() {
        return notes;
    }

    @Override
    public void close() {
        pages.close();
        headers.file().close();
    }
}
