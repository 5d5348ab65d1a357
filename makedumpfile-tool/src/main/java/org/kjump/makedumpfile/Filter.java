package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClassifier;
import org.kjump.vmcore.open.Dump;

/** Reads a dump, leaves out what the level names, and writes the rest under a name that stands only when it is complete. */
record Filter(DumpFiles files, FilterRequest request) {
    private static final int UTSNAME = 390;
    /** What needs a look at the kernel's memory; levels 0 and 1 do not. */
    private static final int CLASSES = 2 | 4 | 8 | 16;

    /** How many pages the dump has, and how many were kept. */
    record Result(long existing, long kept) {}

    Result run() throws IOException {
        if (files.exists(request.dumpfile()) && request.onExisting() == FilterRequest.OnExisting.REFUSE) {
            throw new VmcoreException("Can't open the dump file (%s). File exists".formatted(request.dumpfile()));
        }
        try (MemoryImage image = image()) {
            DumpedPages pages = DumpedPages.of(image);
            PfnSet kept = pages.stored().copy();
            Optional<VmcoreInfo> info = VmcoreInfo.of(image.name(), image.notes());
            byte[] utsname = new byte[UTSNAME];
            if (info.isPresent() || (request.level() & CLASSES) != 0) {
                KernelMemory kernel = new KernelMemory(image);
                PageClassifier.classify(kernel).drop(kept, request.level());
                utsname(kernel, utsname);
            }
            if (request.output() == FilterRequest.Output.WRITE) {
                write(new KdumpWriter.Content(
                        image,
                        pages.existing(),
                        kept,
                        request.level(),
                        request.compression(),
                        utsname,
                        info.flatMap(text -> text.text("CRASHTIME"))
                                .map(Filter::time)
                                .orElse(0L),
                        info.map(text -> text.number("phys_base").orElse(0)).orElse(0L)));
            }
            return new Result(pages.existing().size(), kept.size());
        }
    }

    private MemoryImage image() throws IOException {
        MemoryImage dump = Dump.open(request.vmcore(), files.open(request.vmcore()));
        try {
            return request.jumpBackEntry().isPresent()
                    ? new JumpedImage(
                            dump, ControlPage.at(dump, request.jumpBackEntry().getAsLong()))
                    : dump;
        } catch (RuntimeException e) {
            dump.close();
            throw e;
        }
    }

    private static long time(String seconds) {
        return seconds.matches("[0-9]{1,18}") ? Long.parseLong(seconds) : 0;
    }

    private static void utsname(KernelMemory kernel, byte[] target) {
        long namespace = kernel.info().symbol("init_uts_ns").orElse(0);
        if (namespace != 0) {
            // Linux 2.6.27 does not export the offset: a reference count of four bytes stands before the name.
            long offset = kernel.info().offset("uts_namespace.name").orElse(4);
            kernel.read(namespace + offset, ByteBuffer.wrap(target));
        }
    }

    private void write(KdumpWriter.Content content) throws IOException {
        String aside = request.dumpfile() + ".incomplete";
        try {
            try (ByteSink sink = ByteSink.of(files.create(aside))) {
                KdumpWriter.write(content, sink, Progress.NONE);
            }
            files.rename(aside, request.dumpfile());
        } catch (IOException | RuntimeException e) {
            files.delete(aside);
            throw e;
        }
    }
}
