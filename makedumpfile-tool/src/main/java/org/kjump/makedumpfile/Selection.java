package org.kjump.makedumpfile;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClass;
import org.kjump.vmcore.kernel.PageClasses;
import org.kjump.vmcore.kernel.PageClassifier;

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
    private static final int CLASSES = 2 | 4 | 8 | 16;

    /** The pages of a kernel as it saw them itself, for people and tools that read dumps. */
    static Selection toRead(MemoryImage image, int level) {
        Kernel kernel = Kernel.of(image, level);
        DumpedPages pages =
                kernel.classes.map(classes -> DumpedPages.of(image, classes)).orElseGet(() -> DumpedPages.of(image));
        PfnSet kept = pages.stored().copy();
        Map<PageClass, Long> dropped = kernel.classes
                .map(classes -> {
                    classes.drop(kept, level);
                    return classes.dropped(pages.counted(), level);
                })
                .orElseGet(() -> new EnumMap<>(PageClass.class));
        return kernel.selection(image, level, pages, kept, dropped);
    }

    /**
     * The pages of a machine that is to be resumed, where they lay while the other kernel ran: what the way back needs is kept at
     * every level, and so is memory that the kernel marked as bad, as it will be asked for again.
     */
    static Selection toResume(JumpedImage left, int level) {
        MemoryImage image = left.dump();
        DumpedPages pages = DumpedPages.of(image);
        PfnSet kept = pages.stored().copy();
        PfnSet needed = left.needed();
        Kernel kernel = Kernel.of(left, level);
        Map<PageClass, Long> dropped = new EnumMap<>(PageClass.class);
        kernel.classes.ifPresent(classes -> {
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                PageClass use = classes.of(pfn);
                if (use.droppedAt(level) && !needed.has(pfn)) {
                    kept.remove(pfn);
                    dropped.merge(use, 1L, Long::sum);
                }
            }
        });
        return kernel.selection(image, level, pages, kept, dropped);
    }

    /** What a kernel's memory says of itself, as far as the dump and the level let us ask. */
    private record Kernel(
            Optional<VmcoreInfo> info,
            Optional<PageClasses> classes,
            byte[] utsname,
            long crashTime,
            List<String> notes) {
        static Kernel of(MemoryImage image, int level) {
            Optional<VmcoreInfo> info = VmcoreInfo.of(image.name(), image.notes());
            byte[] utsname = image instanceof KdumpFile file ? file.utsname() : new byte[UTSNAME];
            long time = image instanceof KdumpFile file
                    ? file.crashTime()
                    : info.map(Kernel::crashTime).orElse(0L);
            if (info.isEmpty() && (level & CLASSES) == 0) {
                return new Kernel(info, Optional.empty(), utsname, time, List.of());
            }
            KernelMemory kernel = new KernelMemory(image);
            try {
                readUtsname(kernel, utsname);
                PageClasses classes = PageClassifier.classify(kernel);
                return new Kernel(info, Optional.of(classes), utsname, time, classes.warnings());
            } catch (VmcoreException e) {
                if ((level & CLASSES) != 0) {
                    throw e;
                }
                // A level that asks nothing of the kernel copies also what it cannot make sense of.
                return new Kernel(info, Optional.empty(), utsname, time, List.of("WARNING: " + e.getMessage()));
            }
        }

        private static long crashTime(VmcoreInfo info) {
            return info.text("CRASHTIME")
                    .filter(seconds -> seconds.matches("[0-9]{1,18}"))
                    .map(Long::valueOf)
                    .orElse(0L);
        }

        private static void readUtsname(KernelMemory kernel, byte[] target) {
            long namespace = kernel.info().symbol("init_uts_ns").orElse(0);
            if (namespace != 0) {
                // Before 5.11 the offset is not told: a reference count of four bytes stands before the name.
                long offset = kernel.info().offset("uts_namespace.name").orElse(4);
                kernel.read(namespace + offset, ByteBuffer.wrap(target));
            }
        }

        Selection selection(
                MemoryImage image, int level, DumpedPages pages, PfnSet kept, Map<PageClass, Long> dropped) {
            return new Selection(image, level, pages, kept, dropped, utsname, crashTime, physBase(), notes);
        }

        /** On x86_64 where the kernel's image lies, less its link address; on arm64 where memory begins. */
        private long physBase() {
            return Stream.of("phys_base", "PHYS_OFFSET")
                    .flatMapToLong(name -> info.stream().flatMapToLong(text -> text.number(name).stream()))
                    .findFirst()
                    .orElse(0);
        }
    }
}
