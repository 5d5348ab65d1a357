package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;

/** The files that {@code makedumpfile --split} writes, as the one dump that they are parts of. Safe for use by many threads. */
public final class KdumpSet implements KdumpImage {
    private final List<KdumpFile> parts;
    /** The first frame of each part. */
    private final long[] starts;

    /**
     * Takes {@code parts} over, which may be in any order: closing this closes them.
     *
     * @throws VmcoreException if they are not parts of one dump, or not all of them; they are left open then
     */
    public KdumpSet(List<KdumpFile> parts) {
        this.parts = sorted(parts);
        this.starts = this.parts.stream().mapToLong(KdumpFile::startPfn).toArray();
    }

    /**
     * The parts by their frames. Those that are empty, as the last of many parts of a small dump are, come first of those that start where
     * they do.
     */
    static List<KdumpFile> sorted(List<KdumpFile> parts) {
        List<KdumpFile> sorted = parts.stream()
                .sorted(Comparator.comparingLong(KdumpFile::startPfn).thenComparingLong(KdumpFile::endPfn))
                .toList();
        if (sorted.isEmpty()) {
            throw new VmcoreException("a split dump: its parts expected, none given");
        }
        long covered = 0;
        KdumpFile first = sorted.get(0);
        for (KdumpFile part : sorted) {
            requireAgreement(first, part);
            if (part.startPfn() > covered) {
                throw missing(sorted, covered, part.startPfn());
            }
            if (part.startPfn() < covered) {
                throw new VmcoreException("%s: page frames 0x%x to 0x%x are in another part as well"
                        .formatted(part.name(), part.startPfn(), Math.min(covered, part.endPfn()) - 1));
            }
            covered = part.endPfn();
        }
        if (covered < first.pfnLimit()) {
            throw missing(sorted, covered, first.pfnLimit());
        }
        return sorted;
    }

    /** The C tool has the same words. */
    private static VmcoreException missing(List<KdumpFile> parts, long from, long to) {
        return new VmcoreException(
                "There is not dumpfile corresponding to pfn 0x%x - 0x%x. Given: %s".formatted(from, to, names(parts)));
    }

    private static String names(List<KdumpFile> parts) {
        return parts.stream().map(KdumpFile::name).collect(Collectors.joining(", "));
    }

    /** Parts of one dump have the same header, but that one may be incomplete, and the same bitmaps. */
    private static void requireAgreement(KdumpFile first, KdumpFile part) {
        if (!part.isPart()) {
            throw new VmcoreException("%s: a part of a split dump expected, a whole dump found".formatted(part.name()));
        }
        if (first.pfnLimit() != part.pfnLimit()
                || first.zeroPage() != part.zeroPage()
                || !header(first).equals(header(part))) {
            throw new VmcoreException("%s: Invalid dumpfile: a part of the same dump as %s expected, another found"
                    .formatted(part.name(), first.name()));
        }
    }

    private static ByteBuffer header(KdumpFile part) {
        KdumpHeaders headers = part.headers();
        ByteBuffer copy = ByteBuffer.allocate(headers.header().capacity()).order(headers.order());
        copy.put(headers.header().duplicate().clear()).clear();
        headers.layout().set(copy, "status", headers.header("status") & ~KdumpFlags.INCOMPLETE);
        return copy.limit(headers.layout().header().size());
    }

    /** The parts in the order of their frames. */
    public List<KdumpFile> parts() {
        return parts;
    }

    private KdumpFile first() {
        return parts.get(0);
    }

    /** The last of the parts that start at or below {@code pfn}: those that start there and are empty come first. */
    private int indexOf(long pfn) {
        int found = Arrays.binarySearch(starts, pfn);
        int index = found >= 0 ? found : Math.max(0, -found - 2);
        while (index + 1 < starts.length && starts[index + 1] <= pfn) {
            index++;
        }
        return index;
    }

    @Override
    public int level() {
        return first().level();
    }

    @Override
    public boolean incomplete() {
        return parts.stream().anyMatch(KdumpFile::incomplete);
    }

    @Override
    public byte[] utsname() {
        return first().utsname();
    }

    @Override
    public long crashTime() {
        return first().crashTime();
    }

    @Override
    public long physBase() {
        return first().physBase();
    }

    /** Those of all parts, one behind the other. */
    @Override
    public ByteBuffer eraseInfo() {
        List<ByteBuffer> each = parts.stream().map(KdumpFile::eraseInfo).toList();
        ByteBuffer all = ByteBuffer.allocate(
                Math.toIntExact(each.stream().mapToLong(ByteBuffer::remaining).sum()));
        each.forEach(all::put);
        return all.flip();
    }

    @Override
    public String name() {
        return names(parts);
    }

    @Override
    public Target target() {
        return first().target();
    }

    @Override
    public long pfnLimit() {
        return first().pfnLimit();
    }

    @Override
    public PageState state(long pfn) {
        return parts.get(indexOf(pfn)).state(pfn);
    }

    @Override
    public long nextReadable(long pfn) {
        for (int i = indexOf(pfn); i < parts.size(); i++) {
            long next = parts.get(i).nextReadable(pfn);
            if (next >= 0) {
                return next;
            }
        }
        return -1;
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        return parts.get(indexOf(pfn)).read(pfn, page);
    }

    @Override
    public void read(long pfn, int count, ByteBuffer pages) {
        for (long at = pfn; at < pfn + count; ) {
            KdumpFile part = parts.get(indexOf(at));
            long end = part.endPfn() > at ? Math.min(part.endPfn(), pfn + count) : pfn + count;
            part.read(at, (int) (end - at), pages);
            at = end;
        }
    }

    @Override
    public List<Note> notes() {
        return first().notes();
    }

    @Override
    public void close() {
        parts.forEach(KdumpFile::close);
    }
}
