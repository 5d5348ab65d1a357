package org.kjump.kexec.plan;

import java.util.Comparator;
import java.util.List;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.Syscalls;

/**
 * All that kexec_load is told.
 *
 * @param log what {@code -d} says of how it came about, in the C tool's words
 * @param warnings for the user, whatever the options
 */
public record LoadPlan(long entry, long flags, List<Segment> segments, List<String> log, List<String> warnings) {
    public LoadPlan {
        segments = segments.stream()
                .sorted(Comparator.comparingLong(segment -> segment.range().start()))
                .toList();
        log = List.copyOf(log);
        warnings = List.copyOf(warnings);
        if (segments.size() > Syscalls.KEXEC_SEGMENT_MAX) {
            throw PlanException.failed("kernel segment limit reached: at most %d segments are taken, %d needed"
                    .formatted(Syscalls.KEXEC_SEGMENT_MAX, segments.size()));
        }
        for (int i = 1; i < segments.size(); i++) {
            if (segments.get(i).range().start() < segments.get(i - 1).range().end()) {
                throw PlanException.failed("Overlapping memory segments at 0x%x (0x%x - 0x%x begins below)"
                        .formatted(
                                segments.get(i - 1).range().end(),
                                segments.get(i).range().start(),
                                segments.get(i).range().end() - 1));
            }
        }
    }

    public List<KexecSegment> kexecSegments() {
        return segments.stream().map(Segment::toKexecSegment).toList();
    }

    /** Entered elsewhere: {@code --entry}. */
    public LoadPlan enteredAt(long other) {
        boolean inside = segments.stream()
                .anyMatch(segment -> segment.content() != null
                        && segment.range().start() <= other
                        && other < segment.range().end());
        if (!inside) {
            throw new PlanException("entry 0x%x is in no segment of this image (wrong --entry?)".formatted(other));
        }
        return new LoadPlan(other, flags, segments, log, warnings);
    }

    /** Pages in all. */
    long pages() {
        return segments.stream().mapToLong(segment -> segment.range().size()).sum() / PaddrRange.PAGE;
    }

    /** This plan, with a warning if the kernel will not take so much. */
    public LoadPlan within(KernelLimits limits) {
        return new LoadPlan(
                entry, flags, segments, log, limits.warning(pages()).stream().toList());
    }

    /** What {@code -d} prints: the C tool's lines. */
    public String debugText() {
        StringBuilder text = new StringBuilder();
        log.forEach(line -> text.append(line).append('\n'));
        text.append("kexec_load: entry = 0x%x flags = 0x%x\n".formatted(entry, flags));
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
