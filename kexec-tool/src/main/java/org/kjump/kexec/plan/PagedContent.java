package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kjump.kexec.image.LoadSegment;
import org.kjump.syscall.UserBuffer;
import org.kjump.vmcore.io.ByteSource;

/** Destination pages of an ELF file: bytes of its segments, zero between them; read when the kernel copies. */
record PagedContent(ByteSource file, List<LoadSegment> loads, long start) implements UserBuffer {
    PagedContent {
        loads = loads.stream()
                .sorted(Comparator.comparingLong(LoadSegment::paddr))
                .toList();
    }

    /** How far from {@code start} bytes of the file reach, inside {@code range}. */
    long sizeIn(PaddrRange range) {
        long last = range.start();
        for (LoadSegment load : loads) {
            long end = load.paddr() + Math.min(load.fileSize(), load.memorySize());
            if (load.paddr() < range.end() && end > range.start()) {
                last = Math.max(last, Math.min(end, range.end()));
            }
        }
        return last - start;
    }

    @Override
    public void copyFromUser(long offset, ByteBuffer target) {
        long from = start + offset;
        long to = from + target.remaining();
        int origin = target.position();
        List<LoadSegment> wanted = new ArrayList<>();
        for (LoadSegment load : loads) {
            if (load.paddr() < to && load.paddr() + load.fileSize() > from) {
                wanted.add(load);
            }
        }
        target.put(new byte[target.remaining()]);
        for (LoadSegment load : wanted) {
            long bytes = Math.min(load.fileSize(), load.memorySize());
            long first = Math.max(from, load.paddr());
            long last = Math.min(to, load.paddr() + bytes);
            if (first < last) {
                file.readFully(load.offset() + first - load.paddr(), target.slice(origin + (int) (first - from), (int)
                        (last - first)));
            }
        }
    }
}
