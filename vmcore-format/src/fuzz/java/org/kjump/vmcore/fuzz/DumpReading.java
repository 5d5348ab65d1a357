package org.kjump.vmcore.fuzz;

import java.nio.ByteBuffer;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.open.Dump;

/** What a reader of a dump asks it. */
final class DumpReading {
    private static final int PAGES = 30;

    private DumpReading() {}

    static ByteSource source(byte[] file) {
        return ByteSource.of("fuzzed", ByteBuffer.wrap(file));
    }

    static void dump(byte[] file) {
        try (MemoryImage image = Dump.open(source(file))) {
            image.notes();
            image.vmcoreInfo();
            image.segments();
            image.state(-1);
            image.state(image.pfnLimit());
            ByteBuffer page = ByteBuffer.allocate(image.target().pageSize());
            long pfn = image.nextReadable(0);
            for (int i = 0; i < PAGES && pfn >= 0; i++) {
                read(image, pfn, page);
                read(image, i, page);
                long next = image.nextReadable(pfn + 1);
                if (next >= 0 && next <= pfn) {
                    throw new AssertionError("page frame %d is next of %d".formatted(next, pfn));
                }
                pfn = next;
            }
        }
    }

    /** A page that is damaged does not keep a reader from the others. */
    private static void read(MemoryImage image, long pfn, ByteBuffer page) {
        PageState before = image.state(pfn);
        try {
            PageState state = image.read(pfn, page.clear());
            boolean isFilled = state == PageState.PRESENT || state == PageState.ZERO;
            if (page.position() != (isFilled ? page.capacity() : 0)) {
                throw new AssertionError("page frame %d is %s: %d bytes".formatted(pfn, state, page.position()));
            }
            if (isFilled != (before == PageState.PRESENT || before == PageState.ZERO)) {
                throw new AssertionError("page frame %d is %s, and was %s".formatted(pfn, state, before));
            }
        } catch (VmcoreException e) {
            // As it may be.
        }
    }
}
