package org.kjump.vmcore.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.Logs;
import org.kjump.vmcore.build.TinyKernels;
import org.kjump.vmcore.debug.DebugData;
import org.kjump.vmcore.debug.Need;
import org.kjump.vmcore.dmesg.Dmesg;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClassifier;
import org.kjump.vmcore.kernel.PageFilter;
import org.kjump.vmcore.open.Dump;
import org.kjump.vmcore.pipeline.Workers;

/**
 * What a filter does with a kernel's memory. The first byte of an input says which kernel is damaged: its bit 7, whether
 * symbols and types are looked for in the memory, which is slow.
 */
final class KernelReading {
    private static final long SECOND = 1_000_000_000L;
    private static final int LOG_START = 0x14000;
    private static final int LOG_END = 0x21000;

    private static final List<byte[]> KERNELS = List.of(
            TinyKernels.x8664().bytes(),
            TinyKernels.sparse().bytes(),
            TinyKernels.i386().bytes(),
            TinyKernels.jump().bytes());

    /** Of these the one that is not filtered: a control page is looked for in it, byte by byte. */
    private static final int JUMP = 3;

    private static final List<byte[]> LOGS = List.of(characters(), records(), ring());

    private KernelReading() {}

    private static KernelMemoryBuilder kernel() {
        return TinyKernels.described().get(0).kernel().get();
    }

    private static byte[] characters() {
        KernelMemoryBuilder kernel = kernel();
        Logs.characters(kernel, "s\n<6>old line\n<5", 20, 7);
        return kernel.dump().bytes();
    }

    private static byte[] records() {
        KernelMemoryBuilder kernel = kernel();
        Logs.Records log = new Logs.Records(kernel, "printk_log", 24, 256);
        long second = log.record(0, SECOND, 17, "task");
        log.indexes(0, log.record(second, 2 * SECOND, 0x80000003L, "cpu\nmore"), second);
        return kernel.dump().bytes();
    }

    private static byte[] ring() {
        KernelMemoryBuilder kernel = kernel();
        new Logs.Ring(kernel, 2, 6)
                .withCallers()
                .ids(4, 7)
                .message(4, Logs.Ring.FINALIZED, 64, 80, SECOND, "four")
                .message(5, Logs.Ring.COMMITTED, 80, 112, 2 * SECOND, "five\nlines")
                .message(6, Logs.Ring.FINALIZED, 112, 144, 3 * SECOND, "wrapped")
                .clearedAt(5, 1);
        return kernel.dump().bytes();
    }

    private static byte[] damaged(List<byte[]> files, byte[] input, int start, int end) {
        ByteBuffer damage = ByteBuffer.wrap(input);
        byte[] file = files.get(damage.hasRemaining() ? (damage.get() & 0xff) % files.size() : 0);
        int memory = Math.max(0, file.length - TinyKernels.MEMORY);
        return Damage.to(file, memory + start, Math.min(file.length, memory + end), damage);
    }

    static void classes(byte[] input) {
        byte[] file = damaged(KERNELS, input, 0, TinyKernels.MEMORY);
        try (MemoryImage image = Dump.open(DumpReading.source(file))) {
            if (input.length > 0 && (input[0] & 0xff) % KERNELS.size() == JUMP) {
                jump(image);
                return;
            }
            boolean isSearched = input.length > 0 && input[0] < 0;
            filter(image, isSearched ? DebugData.kernel(image, Need.values()) : new KernelMemory(image));
        }
    }

    private static void jump(MemoryImage image) {
        JumpedImage.findControlPage(image);
        for (ControlPage control : ControlPage.find(image)) {
            JumpedImage jumped = new JumpedImage(image, control);
            jumped.needed().size();
            jumped.segments();
        }
    }

    private static void filter(MemoryImage image, KernelMemory kernel) {
        PageClassifier classifier = PageClassifier.of(kernel);
        DumpedPages pages = DumpedPages.of(image, classifier);
        PfnSet kept = pages.stored().copy();
        try (Workers workers = new Workers(1)) {
            PageFilter.drop(classifier, pages.counted(), kept, 31, workers, Progress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void vmcoreInfo(byte[] text) {
        VmcoreInfo info = DebugData.fromText(DumpReading.source(text));
        for (byte[] file : KERNELS.subList(0, 3)) {
            try (MemoryImage image = Dump.open(DumpReading.source(file))) {
                filter(image, new KernelMemory(image, info));
            }
        }
    }

    static void dmesg(byte[] input) {
        try (MemoryImage image = Dump.open(DumpReading.source(damaged(LOGS, input, LOG_START, LOG_END)))) {
            Dmesg log = Dmesg.of(new KernelMemory(image));
            log.lines(Dmesg.Extent.ALL, line -> {});
            log.lines(Dmesg.Extent.SINCE_CLEAR, line -> {});
        }
    }
}
