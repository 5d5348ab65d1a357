package org.kjump.vmcore.raw;

import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.Extents;

/**
 * Physical memory without anything that says what machine it is of: the caller knows. A frame of which some bytes are there is present;
 * the rest of it is zero. It has no notes. Safe for use by many threads.
 */
public final class RawImage implements MemoryImage {
    /** The widest physical addresses: 52 bits on x86_64 and arm64. */
    static final long PADDR_LIMIT = 1L << 52;

    private final ByteSource file;
    private final Target target;
    private final List<Segment> segments;
    private final Extents stored;
    private final long pfnLimit;

    private RawImage(ByteSource file, Target target, List<Extents.Stretch> ranges) {
        this.file = file;
        this.target = target;
        this.segments = ranges.stream()
                .map(range -> new Segment(range.start(), 0, range.end() - range.start(), range.end() - range.start()))
                .toList();
        this.stored = Extents.of(ranges);
        this.pfnLimit = stored.end() + target.pageSize() - 1 >> target.pageShift();
    }

    /** A file whose byte at offset n is that of physical address n. Takes {@code file} over: closing this closes it. */
    public static RawImage raw(ByteSource file, Target target) {
        if (file.size() == 0 || file.size() > PADDR_LIMIT) {
            throw new VmcoreException(
                    "%s: physical memory: 1 to 2^52 bytes expected, %d found".formatted(file.name(), file.size()));
        }
        return new RawImage(file, target, List.of(new Extents.Stretch(0, file.size(), 0)));
    }

    /**
     * A file of LiME's, version 1: ranges of physical memory, each behind a header. Takes {@code file} over: closing this closes it.
     *
     * @throws VmcoreException if it is none, or is cut
     */
    public static RawImage lime(ByteSource file, Target target) {
        List<Extents.Stretch> ranges = LimeFormat.ranges(file);
        if (ranges.isEmpty()) {
            throw new VmcoreException("%s: a LiME header expected, an empty file found".formatted(file.name()));
        }
        return new RawImage(file, target, ranges);
    }

    /** Whether a file begins as LiME's files do. */
    public static boolean recognisesLime(ByteSource file) {
        return LimeFormat.recognises(file);
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public long pfnLimit() {
        return pfnLimit;
    }

    @Override
    public PageState state(long pfn) {
        if (pfn < 0 || pfn >= pfnLimit) {
            return PageState.ABSENT;
        }
        long start = pfn << target.pageShift();
        return stored.touches(start, start + target.pageSize()) ? PageState.PRESENT : PageState.ABSENT;
    }

    @Override
    public long nextReadable(long pfn) {
        return pfn >= pfnLimit ? -1 : stored.next(Math.max(0, pfn) << target.pageShift()) >> target.pageShift();
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        if (state == PageState.PRESENT) {
            stored.read(file, pfn << target.pageShift(), page, target.pageSize());
        }
        return state;
    }

    @Override
    public void read(long pfn, int count, ByteBuffer pages) {
        long start = pfn << target.pageShift();
        int length = Math.multiplyExact(count, target.pageSize());
        if (pfn < 0 || pfn >= pfnLimit || !stored.isOnePiece(start, start + length)) {
            MemoryImage.super.read(pfn, count, pages);
        } else {
            stored.read(file, start, pages, length);
        }
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    @Override
    public void close() {
        file.close();
    }
}
