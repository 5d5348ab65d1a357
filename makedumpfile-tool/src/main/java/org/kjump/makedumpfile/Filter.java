package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.kjump.makedumpfile.DumpInput.DebugData;
import org.kjump.makedumpfile.FilterRequest.Destination;
import org.kjump.makedumpfile.FilterRequest.Format;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.flattened.FlattenedSink;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.NoSpaceException;
import org.kjump.vmcore.kdump.KdumpImage;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.UnusedVmemmap;
import org.kjump.vmcore.pipeline.Workers;

/** Reads a dump, leaves out what the level names, and writes the rest under a name that stands only when it is complete. */
record Filter(FilterRequest request, Session session) {
    /** Levels that leave out nothing that a kernel misses when it goes on: zero and free pages. */
    private static final int RESUMABLE = 1 | 16;
    /** A larger block than 4 MiB makes nothing faster, and each thread has several. */
    private static final int BLOCK_ORDER_MAX = 22;
    /** So many threads, or one for each processor: more make nothing faster, and each takes memory. */
    private static final int THREADS_MAX = 64;

    /** What becomes of a selection. */
    private interface Writing {
        Report write(Output output, LimitedSink sink) throws IOException;
    }

    Report run() throws IOException {
        for (String name : names()) {
            session.refuseExisting(name, onExisting(), request.input().vmcores());
        }
        try (InputDump dump = InputDump.open(new DumpReader(session), request.input());
                Workers workers = workers()) {
            return tryLevels(dump, workers);
        }
    }

    private Workers workers() {
        int most = Math.max(THREADS_MAX, Runtime.getRuntime().availableProcessors());
        return request.resources().threads().isPresent()
                ? new Workers(Math.min(most, request.resources().threads().getAsInt()))
                : Workers.forAllProcessors();
    }

    /** The files to write. */
    private List<String> names() {
        Destination destination = request.destination();
        if (destination instanceof Destination.Split split) {
            return split.names();
        }
        return destination instanceof Destination.Stream ? List.of() : List.of(destination.name());
    }

    private FilterRequest.OnExisting onExisting() {
        Destination destination = request.destination();
        if (destination instanceof Destination.File file) {
            return file.onExisting();
        }
        if (destination instanceof Destination.Split split) {
            return split.onExisting();
        }
        return destination instanceof Destination.DryRun dry ? dry.onExisting() : FilterRequest.OnExisting.REFUSE;
    }

    private Report tryLevels(InputDump dump, Workers workers) throws IOException {
        Messages messages = session.messages();
        List<Integer> levels = request.levels();
        for (int i = 0; ; i++) {
            Output output = output(job(dump, levels.get(i), workers));
            try {
                return write(output, (file, sink) -> file.whole(sink), limit());
            } catch (NoSpaceException e) {
                messages.common("\nCan't write the dump file(%s). %s"
                        .formatted(request.destination().name(), e.getMessage()));
                if (request.destination() instanceof Destination.Stream) {
                    // What is out cannot be taken back: another level's stream behind it would make both unreadable.
                    throw new VmcoreException("What was written to standard output is incomplete");
                }
                if (i + 1 == levels.size()) {
                    throw incomplete(output, e.room());
                }
                messages.common("Retry to create a dumpfile by dump_level(%d).".formatted(levels.get(i + 1)));
            }
        }
    }

    private long limit() {
        return request.sizeLimit().orElse(Long.MAX_VALUE);
    }

    /** Writes what there is room for: the user is told that it is not all, and so is whoever asks for the exit status. */
    private VmcoreException incomplete(Output output, long room) throws IOException {
        if (request.destination() instanceof Destination.DryRun) {
            return new VmcoreException("%s: there would be no room for all of it, but for an incomplete dump"
                    .formatted(request.destination().name()));
        }
        Report report;
        try {
            report = write(output, (file, sink) -> file.whatFits(sink, room), limit());
        } catch (NoSpaceException e) {
            if (!(request.destination() instanceof Destination.Split)) {
                throw e;
            }
            // The first files of a set leave nothing for the last if each may take all there is.
            long share = e.room() / names().size();
            report = write(output, (file, sink) -> file.whatFits(sink, share), share);
        }
        session.messages().report(report.text());
        return new VmcoreException("%s: This is an incomplete dumpfile, but might analyzable."
                .formatted(request.destination().name()));
    }

    private Job job(InputDump dump, int level, Workers workers) throws IOException {
        Selection selection = select(dump, level, workers);
        selection.warnings().forEach(session.messages()::common);
        int pageOrder = Math.min(BLOCK_ORDER_MAX, selection.image().target().pageShift());
        int blockPages = request.resources().blockOrder().stream()
                .map(order -> 1 << Math.min(order, BLOCK_ORDER_MAX - pageOrder))
                .findFirst()
                .orElse(KdumpWriter.BLOCK_PAGES);
        return new Job(
                dump,
                selection,
                vmemmap(dump, selection),
                erasing(dump, selection),
                workers,
                blockPages,
                session.messages());
    }

    /** Struct pages of frames that are left out are of no use, if the user says so. */
    private KdumpWriter.Vmemmap vmemmap(InputDump dump, Selection selection) {
        if (request.unusedVmemmap() == FilterRequest.UnusedVmemmap.KEEP) {
            return KdumpWriter.Vmemmap.WHOLE;
        }
        PfnSet unused = UnusedVmemmap.of(dump.kernel(), selection.pages().existing(), selection.kept());
        unused.retain(selection.kept());
        selection.kept().removeAll(unused);
        session.messages().common("Excluded %d unused vmemmap pages".formatted(unused.size()));
        return KdumpWriter.Vmemmap.WITHOUT_UNUSED;
    }

    private Erasing erasing(InputDump dump, Selection selection) {
        return request.config().isPresent() && request.input().debugData() instanceof DebugData.Vmlinux vmlinux
                ? Erasing.of(dump, selection.image(), request.config().get(), vmlinux.name(), session.messages())
                : Erasing.nothing(selection.image());
    }

    private Selection select(InputDump dump, int asked, Workers workers) throws IOException {
        int level = asked;
        if (dump.image() instanceof KdumpImage file) {
            if (request.format() instanceof Format.Elf) {
                throw new VmcoreException("'-E' option is disable, because %s is kdump compressed format."
                        .formatted(dump.image().name()));
            }
            if ((file.level() & ~level) != 0) {
                level |= file.level();
                session.messages()
                        .common("dump_level is changed to %d, because %s was created by dump_level(%d)."
                                .formatted(level, file.name(), file.level()));
            }
        }
        if (!(dump.image() instanceof JumpedImage left && request.format() instanceof Format.Elf)) {
            try (ProgressLine progress = session.messages()
                    .progress(
                            "Excluding unnecessary pages", dump.image().target().pageSize())) {
                return Selection.toRead(dump, level, workers, progress);
            }
        }
        if ((level & ~RESUMABLE) != 0) {
            session.messages()
                    .common(
                            "WARNING: level %d leaves out pages that the kernel uses: %s cannot be resumed; levels 0, 1, 16 and 17 can"
                                    .formatted(level, request.destination().name()));
        }
        return Selection.toResume(dump, left, level);
    }

    private Output output(Job job) {
        return request.format() instanceof Format.Elf elf
                ? new ElfOutput(job, elf.maxSegments())
                : new KdumpOutput(job, ((Format.Kdump) request.format()).compression());
    }

    private Report write(Output output, Writing writing, long limit) throws IOException {
        Destination destination = request.destination();
        if (destination instanceof Destination.Stream) {
            return stream(output, writing, limit);
        }
        if (destination instanceof Destination.DryRun) {
            return writing.write(output, new LimitedSink(ByteSink.NOWHERE, limit));
        }
        if (destination instanceof Destination.Split split && output instanceof KdumpOutput kdump) {
            return parts(split.names(), kdump.parts(split), writing, limit);
        }
        return new OutputFile(session.files(), destination.name())
                .write(sink -> writing.write(output, new LimitedSink(sink, limit)));
    }

    private Report stream(Output output, Writing writing, long limit) throws IOException {
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(session.out()))) {
            Report report = writing.write(output, new LimitedSink(sink, limit));
            sink.end();
            session.out().flush();
            return report;
        }
    }

    /** Each file is written while those before it still wait for their names: if one cannot be written, none stands there. */
    private Report parts(List<String> names, List<Output> parts, Writing writing, long limit) throws IOException {
        return new OutputFile(session.files(), names.get(0)).write(sink -> {
            LimitedSink limited = new LimitedSink(sink, limit);
            Report first = writing.write(parts.get(0), limited);
            if (names.size() == 1) {
                return first;
            }
            try {
                return first.plus(
                        parts(names.subList(1, names.size()), parts.subList(1, parts.size()), writing, limit));
            } catch (NoSpaceException e) {
                throw new NoSpaceException(String.valueOf(e.getMessage()), limited.size() + e.room(), e);
            }
        });
    }
}
