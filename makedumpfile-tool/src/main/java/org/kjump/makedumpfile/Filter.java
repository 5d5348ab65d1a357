package org.kjump.makedumpfile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.makedumpfile.FilterRequest.Destination;
import org.kjump.makedumpfile.FilterRequest.Format;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.flattened.FlattenedSink;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.open.Dump;

/** Reads a dump, leaves out what the level names, and writes the rest under a name that stands only when it is complete. */
record Filter(DumpFiles files, FilterRequest request, Messages messages, OutputStream stdout) {
    private static final String COPYING = "Copying data";
    /** Levels that leave out nothing that a kernel misses when it goes on: zero and free pages. */
    private static final int RESUMABLE = 1 | 16;

    Report run() throws IOException {
        Destination destination = request.destination();
        if (destination instanceof Destination.File file) {
            refuseExisting(file.name(), file.onExisting());
        } else if (destination instanceof Destination.DryRun dry) {
            refuseExisting(dry.name(), dry.onExisting());
        }
        try (MemoryImage image = kernelsView(Dump.open(request.input().name(), input()))) {
            Selection selection = select(image);
            selection.warnings().forEach(messages::common);
            if (destination instanceof Destination.File file) {
                return new OutputFile(files, file.name()).write(sink -> write(selection, sink));
            }
            return destination instanceof Destination.Stream ? stream(selection) : write(selection, ByteSink.NOWHERE);
        }
    }

    private SeekableByteChannel input() {
        try {
            return files.open(request.input().name());
        } catch (IOException e) {
            throw new VmcoreException(
                    "Can't open the dump memory(%s). %s"
                            .formatted(request.input().name(), Reason.of(e)),
                    e);
        }
    }

    private Report stream(Selection selection) throws IOException {
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(stdout))) {
            Report report = write(selection, sink);
            sink.end();
            stdout.flush();
            return report;
        }
    }

    /** What can be said before any work is done is said then. */
    private void refuseExisting(String name, FilterRequest.OnExisting onExisting) throws IOException {
        if (!files.exists(name)) {
            return;
        }
        if (onExisting == FilterRequest.OnExisting.REFUSE) {
            throw new VmcoreException("Can't open the dump file (%s). File exists".formatted(name));
        }
        if (files.isSame(request.input().name(), name)) {
            throw new VmcoreException("%s and %s are the same file: the dump would be lost"
                    .formatted(request.input().name(), name));
        }
    }

    /** The memory of the dumped kernel as it saw it itself, also if the dump was taken by another after a jump. */
    private MemoryImage kernelsView(MemoryImage dump) {
        try {
            Optional<ControlPage> control = request.input().jumpBackEntry().isPresent()
                    ? Optional.of(
                            ControlPage.at(dump, request.input().jumpBackEntry().getAsLong()))
                    : JumpedImage.findControlPage(dump);
            if (control.isEmpty()) {
                return dump;
            }
            if (request.input().jumpBackEntry().isEmpty()) {
                messages.common("%s was taken after a kexec jump: jump-back entry 0x%08x"
                        .formatted(dump.name(), control.get().entry()));
            }
            return new JumpedImage(dump, control.get());
        } catch (RuntimeException e) {
            dump.close();
            throw e;
        }
    }

    private Selection select(MemoryImage image) {
        if (image instanceof KdumpFile && request.format() instanceof Format.Elf) {
            throw new VmcoreException(
                    "'-E' option is disable, because %s is kdump compressed format.".formatted(image.name()));
        }
        int level = request.levels().get(0);
        if (image instanceof KdumpFile file && (file.level() & ~level) != 0) {
            level |= file.level();
            messages.common("dump_level is changed to %d, because %s was created by dump_level(%d)."
                    .formatted(level, image.name(), file.level()));
        }
        if (!(image instanceof JumpedImage left && request.format() instanceof Format.Elf)) {
            return Selection.toRead(image, level);
        }
        if ((level & ~RESUMABLE) != 0) {
            messages.common(
                    "WARNING: level %d leaves out pages that the kernel uses: %s cannot be resumed; levels 0, 1, 16 and 17 can"
                            .formatted(level, request.destination().name()));
        }
        return Selection.toResume(left, level);
    }

    private Report write(Selection selection, ByteSink sink) throws IOException {
        CountingSink counting = new CountingSink(sink);
        return request.format() instanceof Format.Kdump kdump
                ? kdump(selection, kdump, counting)
                : elf(selection, counting);
    }

    private Report kdump(Selection selection, Format.Kdump format, CountingSink sink) throws IOException {
        KdumpWriter.Content content = new KdumpWriter.Content(
                selection.image(),
                selection.pages().existing(),
                selection.kept(),
                selection.level(),
                format.compression(),
                selection.utsname(),
                selection.crashTime(),
                selection.physBase());
        try (ProgressLine progress = messages.progress(COPYING)) {
            long zeros = KdumpWriter.write(content, sink, progress);
            return report(selection, zeros, OptionalLong.empty(), sink.written());
        }
    }

    private Report elf(Selection selection, CountingSink sink) throws IOException {
        PfnSet kept = selection.kept();
        long zeros = (selection.level() & 1) == 0 ? 0 : dropZeros(selection.image(), kept);
        ElfWriter writer = new ElfWriter(selection.image(), kept);
        try (ProgressLine progress = messages.progress(COPYING)) {
            writer.write(sink, progress);
        }
        return report(selection, zeros, OptionalLong.of(writer.frames()), sink.written());
    }

    private long dropZeros(MemoryImage image, PfnSet kept) {
        byte[] zero = new byte[image.target().pageSize()];
        byte[] page = new byte[zero.length];
        long total = kept.size();
        long done = 0;
        long zeros = 0;
        try (ProgressLine progress = messages.progress("Excluding unnecessary pages")) {
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                image.read(pfn, ByteBuffer.wrap(page));
                if (Arrays.equals(page, zero)) {
                    kept.remove(pfn);
                    zeros++;
                }
                progress.at(++done, total);
            }
        }
        return zeros;
    }

    private static Report report(Selection selection, long zeros, OptionalLong stored, long written) {
        return new Report(
                selection.level(),
                selection.pages().existing().limit(),
                selection.pages().existing().size(),
                selection.dropped(),
                zeros,
                stored,
                written);
    }
}
