package org.kjump.kexec.plan;

import java.util.Comparator;
import java.util.List;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.Syscalls;

/** All that kexec_load is told. */
public record LoadPlan(long entry, long flags, List<Segment> segments) {
    public LoadPlan {
        segments = segments.stream()
                .sorted(Comparator.comparingLong(segment -> segment.range().start()))
                .toList();
        if (segments.size() > Syscalls.KEXEC_SEGMENT_MAX) {
            throw new PlanException("kernel segment limit reached: at most %d segments, %d needed"
                    .formatted(Syscalls.KEXEC_SEGMENT_MAX, segments.size()));
        }
        for (int i = 1; i < segments.size(); i++) {
            if (segments.get(i).range().start() < segments.get(i - 1).range().end()) {
                throw new PlanException("Overlapping memory segments at 0x%x"
                        .formatted(segments.get(i - 1).range().end()));
            }
        }
    }

    public List<KexecSegment> kexecSegments() {
        return segments.stream().map(Segment::toKexecSegment).toList();
    }

    /** The C tool's text. */
    public String debugText() {
        StringBuilder text = new StringBuilder("kexec_load: entry = 0x%x flags = 0x%x\n".formatted(entry, flags));
        return text.append(segmentTable()).toString();
    }

    /** The table that the C tool prints with {@code -d} and when the kernel refuses. A JVM's buffers have no address. */
    public String segmentTable() {
        StringBuilder text = new StringBuilder("nr_segments = %d\n".formatted(segments.size()));
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            String buffer = segment.content() == null ? "(nil)" : segment.name().replace(' ', '_');
            text.append(
                    "segment[%d].buf   = %s\nsegment[%d].bufsz = 0x%x\nsegment[%d].mem   = 0x%x\nsegment[%d].memsz = 0x%x\n"
                            .formatted(
                                    i,
                                    buffer,
                                    i,
                                    segment.contentSize(),
                                    i,
                                    segment.range().start(),
                                    i,
                                    segment.range().size()));
        }
        return text.toString();
    }
}
