package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.FlatMemoryClassifier;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;

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
                FlatMemoryClassifier.classify(kernel).drop(kept, request.level());
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
                                .orElse(0L)));
            }
            return new Result(pages.existing().size(), kept.size());
        }
    }

    private MemoryImage image() throws IOException {
        ByteSource source = ByteSource.of(request.vmcore(), files.open(request.vmcore()));
        try {
            if (!ElfCore.recognises(source)) {
                throw new VmcoreException(
                        "%s: not a dump that can be read yet: an ELF core is expected".formatted(request.vmcore()));
            }
            ElfCore core = new ElfCore(source);
            if (core.target().elfMachine() != Target.EM_386 || core.target().wordBytes() != 4) {
                throw new VmcoreException("%s: a 32-bit core of machine 3 (i386) is expected, machine %d found"
                        .formatted(request.vmcore(), core.target().elfMachine()));
            }
            return request.jumpBackEntry().isPresent()
                    ? new JumpedImage(core, request.jumpBackEntry().getAsLong())
                    : core;
        } catch (RuntimeException e) {
            source.close();
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
                KdumpWriter.write(content, sink);
            }
            files.rename(aside, request.dumpfile());
        } catch (IOException | RuntimeException e) {
            files.delete(aside);
            throw e;
        }
    }
}
