package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import org.kjump.kexec.image.LoadSegment;
import org.kjump.syscall.UserBuffer;
import org.kjump.vmcore.io.ByteSource;

/**
 * Destination pages of a dump: bytes of its loads, zero between them; read when the kernel copies.
 *
 * @param loads that have bytes; no two of them share a page
 * @param start the address of the first byte
 */
record PagedContent(ByteSource file, List<LoadSegment> loads, long start) implements UserBuffer {
    PagedContent {
        loads = loads.stream()
                .filter(load -> load.fileSize() > 0)
                .sorted(Comparator.comparingLong(LoadSegment::paddr))
                .toList();
    }

    /** The pages that a load has bytes in. */
    static PaddrRange pages(LoadSegment load) {
        return new PaddrRange(load.paddr() & -PaddrRange.PAGE, PaddrRange.pageUp(load.paddr() + load.memorySize()));
    }

    /** All that {@code loads} have in {@code range}. */
    static Segment segment(ByteSource file, List<LoadSegment> loads, PaddrRange range) {
        List<LoadSegment> inside = loads.stream()
                .filter(load -> load.paddr() < range.end() && load.paddr() + load.memorySize() > range.start())
                .toList();
        PagedContent content = new PagedContent(file, inside, range.start());
        long size = Math.min(content.size(), range.size());
        return size == 0 ? new Segment("core", range, null, 0) : new Segment("core", range, content, size);
    }

    /** How far from {@code start} bytes of the file reach. */
    private long size() {
        if (loads.isEmpty()) {
            return 0;
        }
        LoadSegment last = loads.get(loads.size() - 1);
        return Math.max(0, last.paddr() + last.fileSize() - start);
    }

    @Override
    public void copyFromUser(long offset, ByteBuffer target) {
        long from = start + offset;
        long to = from + target.remaining();
        int origin = target.position();
        target.put(new byte[target.remaining()]);
        for (int i = firstEndingBehind(from); i < loads.size() && loads.get(i).paddr() < to; i++) {
            LoadSegment load = loads.get(i);
            long first = Math.max(from, load.paddr());
            long last = Math.min(to, load.paddr() + load.fileSize());
            int position = origin + (int) (first - from);
            file.readFully(load.offset() + first - load.paddr(), target.slice(position, (int) (last - first)));
        }
    }

    /** Binary search: a dump may have thousands of loads. */
    private int firstEndingBehind(long paddr) {
        int low = 0;
        int high = loads.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (loads.get(middle).paddr() + loads.get(middle).fileSize() <= paddr) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
