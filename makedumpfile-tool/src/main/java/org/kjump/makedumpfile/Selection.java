package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kdump.KdumpImage;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClass;
import org.kjump.vmcore.kernel.PageClasses;
import org.kjump.vmcore.kernel.PageClassifier;
import org.kjump.vmcore.kernel.PageFilter;
import org.kjump.vmcore.pipeline.Workers;

/**
 * What of a dump is to be written. Immutable, but for {@code kept}, which belongs to whoever made it.
 *
 * @param image where the bytes are
 * @param pages the frames there are
 * @param kept the frames to store
 * @param dropped how many the level left out, by class; zero pages are not among them
 * @param utsname 390 bytes of the kernel's {@code new_utsname}; zeros if unknown
 * @param crashTime seconds since 1970, 0 if unknown
 * @param physBase what readers of kdump-compressed files need to find the kernel's image; 0 for i386
 * @param warnings what was wrong with the kernel's memory, a line each
 */
record Selection(
        MemoryImage image,
        int level,
        DumpedPages pages,
        PfnSet kept,
        Map<PageClass, Long> dropped,
        byte[] utsname,
        long crashTime,
        long physBase,
        List<String> warnings) {
    private static final int UTSNAME = 390;
    /** What needs a look at the kernel's memory; levels 0 and 1 do without. */
    static final int CLASSES = 2 | 4 | 8 | 16;

    /** The pages of a kernel as it saw them itself, for people and tools that read dumps. */
    static Selection toRead(InputDump dump, int level, Workers workers, Progress progress) throws IOException {
        Kernel kernel = Kernel.of(dump, level);
        MemoryImage image = dump.image();
        if (kernel.classifier().isEmpty()) {
            DumpedPages pages = DumpedPages.of(image);
            return kernel.selection(dump, image, level, pages, pages.stored().copy(), Map.of(), List.of());
        }
        PageClassifier classifier = kernel.classifier().get();
        DumpedPages pages = DumpedPages.of(image, classifier);
        PfnSet kept = pages.stored().copy();
        PageFilter.Result result = PageFilter.drop(classifier, pages.counted(), kept, level, workers, progress);
        return kernel.selection(dump, image, level, pages, kept, result.counts().dropped(), result.warnings());
    }

    /**
     * The pages of a machine that is to be resumed, where they lay while the other kernel ran: what the way back needs is kept at
     * every level, and so is memory that the kernel marked as bad, as it will be asked for again.
     */
    static Selection toResume(InputDump dump, JumpedImage left, int level) {
        MemoryImage image = left.dump();
        DumpedPages pages = DumpedPages.of(image);
        PfnSet kept = pages.stored().copy();
        PfnSet needed = left.needed();
        Kernel kernel = Kernel.of(dump, level);
        Map<PageClass, Long> dropped = new EnumMap<>(PageClass.class);
        // A machine that can jump has no more than 4 GiB: all its classes at once are 1 MiB.
        Optional<PageClasses> classes = kernel.classifier().map(PageClassifier::all);
        classes.ifPresent(known -> {
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                PageClass use = known.of(pfn);
                if (use.droppedAt(level) && !needed.has(pfn)) {
                    kept.remove(pfn);
                    dropped.merge(use, 1L, Long::sum);
                }
            }
        });
        List<String> warnings = classes.map(PageClasses::warnings).orElse(List.of());
        return kernel.selection(dump, image, level, pages, kept, dropped, warnings);
    }

    /** What a kernel's memory says of itself, as far as the dump and the level let us ask. */
    private record Kernel(Optional<PageClassifier> classifier, byte[] utsname, long crashTime, List<String> warnings) {
        static Kernel of(InputDump dump, int level) {
            byte[] utsname = dump.image() instanceof KdumpImage file ? file.utsname() : new byte[UTSNAME];
            long time = dump.image() instanceof KdumpImage file
                    ? file.crashTime()
                    : dump.info().map(info -> info.crashTime().orElse(0)).orElse(0L);
            if (dump.info().isEmpty() && (level & CLASSES) == 0) {
                return new Kernel(Optional.empty(), utsname, time, List.of());
            }
            try {
                KernelMemory kernel = dump.kernel();
                kernel.utsname().ifPresent(name -> kernel.read(name.address(), ByteBuffer.wrap(utsname)));
                return new Kernel(Optional.of(PageClassifier.of(kernel)), utsname, time, List.of());
            } catch (VmcoreException e) {
                if ((level & CLASSES) != 0) {
                    throw e;
                }
                // A level that asks nothing of the kernel copies also what it cannot make sense of.
                return new Kernel(Optional.empty(), utsname, time, List.of("WARNING: " + e.getMessage()));
            }
        }

        Selection selection(
                InputDump dump,
                MemoryImage image,
                int level,
                DumpedPages pages,
                PfnSet kept,
                Map<PageClass, Long> dropped,
                List<String> more) {
            long physBase = dump.info().map(VmcoreInfo::physBase).orElse(0L);
            List<String> all = Stream.concat(warnings.stream(), more.stream()).toList();
            return new Selection(image, level, pages, kept, dropped, utsname, crashTime, physBase, all);
        }
    }
}
