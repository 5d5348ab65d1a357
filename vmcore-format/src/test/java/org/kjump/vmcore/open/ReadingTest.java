package org.kjump.vmcore.open;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.build.LimeBuilder;
import org.kjump.vmcore.build.SadumpBuilder;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.io.ByteSource;

/** Of dumps of every format: many threads read at once, and what a page costs. */
class ReadingTest {
    private static final int PAGES = 600;

    private static final Map<Long, byte[]> CONTENTS = contents();

    private static byte[] content(long pfn) {
        return pfn % 9 == 0 ? new byte[4096] : Contents.text(pfn, 4096);
    }

    private static Map<Long, byte[]> contents() {
        Map<Long, byte[]> contents = new HashMap<>();
        for (long pfn = 0; pfn < PAGES; pfn++) {
            contents.put(pfn, content(pfn));
        }
        return contents;
    }

    record Format(String name, List<byte[]> files) {
        @Override
        public String toString() {
            return name;
        }

        MemoryImage open() {
            return Dump.open(files.stream()
                    .map(file -> ByteSource.of(name, ByteBuffer.wrap(file)))
                    .toList());
        }
    }

    static Stream<Format> formats() {
        List<Format> formats = new ArrayList<>();
        DumpBuilder core = DumpBuilder.core(Target.X86_64);
        LimeBuilder lime = new LimeBuilder();
        SadumpBuilder sadump = new SadumpBuilder();
        for (long pfn = 0; pfn < PAGES; pfn++) {
            byte[] page = content(pfn);
            core.load(pfn * 4096, page);
            lime.range(pfn * 4096, page);
            if (pfn % 9 == 0) {
                sadump.notStored(pfn);
            } else {
                sadump.page(pfn, page);
            }
        }
        formats.add(new Format("elf", List.of(core.bytes())));
        formats.add(new Format("lime", List.of(lime.bytes())));
        formats.add(new Format("sadump", sadump.disks(3, 150)));
        for (Compression compression : Compression.values()) {
            KdumpBuilder kdump =
                    KdumpBuilder.file(Abi.WIDE, ByteOrder.LITTLE_ENDIAN).level(1);
            CONTENTS.forEach((pfn, page) -> kdump.page(pfn, page, compression));
            formats.add(new Format("kdump " + compression, List.of(kdump.bytes())));
            if (compression == Compression.LZO) {
                formats.add(new Format("split", kdump.split(100, 101, 400)));
            }
        }
        return formats.stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void manyThreadsReadAtOnce(Format format) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (MemoryImage image = format.open()) {
            List<Future<?>> readers = new ArrayList<>();
            for (int seed = 0; seed < 16; seed++) {
                Random random = new Random(seed);
                readers.add(threads.submit(() -> readAtRandom(image, random)));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            Contents.assertHas(image, CONTENTS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void readAtRandom(MemoryImage image, Random random) {
        for (int i = 0; i < 200; i++) {
            int count = 1 + random.nextInt(5);
            long pfn = random.nextInt(PAGES - count);
            ByteBuffer pages = ByteBuffer.allocate(count * 4096);
            image.read(pfn, count, pages);
            for (int k = 0; k < count; k++) {
                assertThat(pages.slice(k * 4096, 4096)).isEqualTo(ByteBuffer.wrap(content(pfn + k)));
            }
        }
    }

    /** Neither one by one nor in runs: what is made once is made before. */
    @ParameterizedTest
    @MethodSource("formats")
    void aPageThatIsReadAllocatesNothing(Format format) {
        try (MemoryImage image = format.open()) {
            ByteBuffer pages = ByteBuffer.allocate(PAGES * 4096);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 50; round++) {
                long before = allocated();
                image.read(0, PAGES, pages.clear());
                for (long pfn = 0; pfn < PAGES; pfn++) {
                    image.read(pfn, pages.clear());
                }
                least = Math.min(least, allocated() - before);
            }
            // The codecs' libraries make small objects of their own.
            assertThat(least / (2 * PAGES)).as("bytes for a page").isLessThan(512);
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
