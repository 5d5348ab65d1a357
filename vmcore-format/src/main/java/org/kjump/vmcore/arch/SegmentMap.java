package org.kjump.vmcore.arch;

import java.util.List;
import org.kjump.vmcore.Segment;

/** The virtual addresses that a dump's segments name themselves (p_vaddr of PT_LOAD). */
record SegmentMap(List<Segment> segments) implements AddressSpace {
    @Override
    public long paddr(long vaddr) {
        for (Segment segment : segments) {
            long distance = vaddr - segment.vaddr();
            boolean mapped = segment.vaddr() != 0 && segment.vaddr() != Segment.UNMAPPED;
            if (mapped && distance >= 0 && distance < segment.size()) {
                return segment.paddr() + distance;
            }
        }
        return UNMAPPED;
    }
}
