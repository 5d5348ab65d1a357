package org.kjump.vmcore.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.TinyKernels;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.flattened.FlattenedSink;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClassifier;
import org.kjump.vmcore.kernel.PageFilter;
import org.kjump.vmcore.pipeline.Workers;

/**
 * Whatever is in a file, to read it ends in an answer or in a {@link VmcoreException}: soon, and without more memory than a file of its
 * size gives reason for.
 */
class DamageTest {
    private static final int SEEDS = 2;
    /** {@code -Dkjump.seed=N}: to look further than every build does. */
    private static final long FIRST_SEED = Long.getLong("kjump.seed", 0);

    private static final int ROUNDS = 60;
    /** The files have less than 400 KiB. */
    private static final long ALLOCATION_MAX = 100L << 20;

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Values that break arithmetic. */
    private static final long[] NASTY = {
        0,
        1,
        2,
        7,
        0x7f,
        0xff,
        0xfff,
        0x1000,
        0xffff,
        0x10000,
        0x7fffffff,
        0x80000000L,
        0xfffffffeL,
        0xffffffffL,
        1L << 32,
        1L << 36,
        (1L << 45) - 1,
        1L << 45,
        1L << 48,
        (1L << 49) - 4096,
        1L << 52,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -4096,
        -2,
        -1
    };

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
    }

    /** Everything that a filter does with a file. */
    private static void use(byte[] file) {
        try (MemoryImage image = Dump.open(ByteSource.of("damaged", ByteBuffer.wrap(file)));
                Workers workers = new Workers(1)) {
            ByteBuffer page = ByteBuffer.allocate(image.target().pageSize());
            long limit = Math.min(image.pfnLimit(), 300);
            for (long pfn = 0; pfn < limit; pfn++) {
                readable(image, pfn, page);
            }
            jump(image);
            KernelMemory kernel = new KernelMemory(image);
            PageClassifier classifier = PageClassifier.of(kernel);
            DumpedPages pages = DumpedPages.of(image, classifier);
            PfnSet kept = pages.stored().copy();
            PageFilter.drop(classifier, pages.counted(), kept, 31, workers, Progress.NONE);
        } catch (VmcoreException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readable(MemoryImage image, long pfn, ByteBuffer page) {
        try {
            image.read(pfn, page.clear());
        } catch (VmcoreException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
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

    private static void survives(byte[] file, String what) {
        Assertions.assertTimeoutPreemptively(
                SOON,
                () -> {
                    long before = allocated();
                    assertThatCode(() -> use(file)).as(what).doesNotThrowAnyException();
                    assertThat(allocated() - before)
                            .as("%s: bytes allocated", what)
                            .isLessThan(ALLOCATION_MAX);
                },
                what);
    }

    /** One of the integers that the file has at multiples of 2, as it stands in the headers, made nasty. */
    private static String damage(Random random, byte[] file, int from, int to) {
        int at = Math.max(0, Math.min(file.length - 8, from + random.nextInt(to - from) / 2 * 2));
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long value = NASTY[random.nextInt(NASTY.length)];
        int width = 1 << random.nextInt(4);
        switch (width) {
            case 1 -> bytes.put(at, (byte) value);
            case 2 -> bytes.putShort(at, (short) value);
            case 4 -> bytes.putInt(at, (int) value);
            default -> bytes.putLong(at, value);
        }
        return "%d bytes at %d: %x".formatted(width, at, value);
    }

    /** Damages one to three places between {@code from} and {@code to}, again and again. */
    private static void hurt(long seed, byte[] whole, int from, int to) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = whole.clone();
            List<String> wounds = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                wounds.add(damage(random, file, from, to));
            }
            survives(file, "seed %d, round %d: %s".formatted(seed, round, wounds));
        }
    }

    private static List<DumpBuilder> dumps() {
        return List.of(TinyKernels.x8664(), TinyKernels.sparse(), TinyKernels.i386());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedHeadersOfAnElfCore(long seed) {
        for (DumpBuilder dump : dumps()) {
            hurt(seed, dump.bytes(), 0, 64 + 2 * 56);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedNotesOfAnElfCore(long seed) {
        for (DumpBuilder dump : dumps()) {
            hurt(seed, dump.bytes(), 52 + 2 * 32, 2048);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedMemory(long seed) {
        for (DumpBuilder dump : dumps()) {
            byte[] file = dump.bytes();
            hurt(seed, file, file.length - TinyKernels.MEMORY, file.length);
        }
    }

    /** The numbers of VMCOREINFO, each replaced by what cannot be true. */
    @ParameterizedTest
    @MethodSource("seeds")
    void damagedNumbersOfVmcoreInfo(long seed) {
        Random random = new Random(seed);
        for (TinyKernels.Described kernel : TinyKernels.described()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<String> keys = kernel.info().keys();
                String key = keys.get(random.nextInt(keys.size()));
                long value = NASTY[random.nextInt(NASTY.length)];
                String text = key.startsWith("SYMBOL") ? Long.toHexString(value) : Long.toString(value);
                survives(kernel.with(key, text).bytes(), "seed %d: %s=%s".formatted(seed, key, text));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aVmcoreInfoThatLacksLines(long seed) {
        for (TinyKernels.Described kernel : TinyKernels.described()) {
            List<String> keys = kernel.info().keys();
            for (int i = (int) (seed % SEEDS); i < keys.size(); i += SEEDS) {
                survives(kernel.without(keys.get(i)).bytes(), "without " + keys.get(i));
            }
        }
    }

    private static byte[] kdump(DumpBuilder dump, Compression compression) throws IOException {
        try (MemoryImage image = dump.open();
                FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            DumpedPages pages = DumpedPages.of(image);
            Path file = files.getPath("/out");
            try (ByteSink sink =
                    ByteSink.of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                KdumpWriter.write(
                        new KdumpWriter.Content(
                                image, pages.existing(), pages.stored(), 1, compression, new byte[390], 0, 0),
                        sink,
                        Progress.NONE);
            }
            return Files.readAllBytes(file);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedHeadersOfAKdumpFile(long seed) throws IOException {
        for (DumpBuilder dump : dumps()) {
            byte[] file = kdump(dump, Compression.NONE);
            hurt(seed, file, 402, 464);
            hurt(seed, file, 4096, 4096 + 104);
            hurt(seed, file, 0, 16);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedBitmapsDescriptorsAndPagesOfAKdumpFile(long seed) throws IOException {
        for (DumpBuilder dump : dumps()) {
            byte[] file = kdump(dump, Compression.ZLIB);
            hurt(seed, file, 2 * 4096, 5 * 4096);
            hurt(seed, file, 4 * 4096, file.length);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedRecordsOfAFlattenedFile(long seed) throws IOException {
        byte[] file = kdump(TinyKernels.i386(), Compression.ZLIB);
        ByteArrayOutputStream flattened = new ByteArrayOutputStream();
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(flattened))) {
            for (int at : new int[] {8, 24, 0, 16}) {
                sink.write(at, ByteBuffer.wrap(file, at, 8));
            }
            sink.write(32, ByteBuffer.wrap(file, 32, file.length - 32));
            sink.end();
        }
        hurt(seed, flattened.toByteArray(), 4096, 4096 + 5 * 24);
        hurt(seed, flattened.toByteArray(), 0, 64);
    }

    @ParameterizedTest
    @EnumSource
    void damagedPagesOfAnyCodec(Compression compression) throws IOException {
        byte[] file = kdump(TinyKernels.i386(), compression);
        hurt(FIRST_SEED, file, 4 * 4096, file.length);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPageListOfAJumpThatIsDamaged(long seed) {
        byte[] file = TinyKernels.jump().bytes();
        hurt(seed, file, file.length - 3 * 4096, file.length);
    }

    /** Cut anywhere: headers, notes, loads. */
    @ParameterizedTest
    @MethodSource("seeds")
    void filesThatAreCut(long seed) throws IOException {
        Random random = new Random(seed);
        for (DumpBuilder dump : dumps()) {
            for (byte[] whole : List.of(dump.bytes(), kdump(dump, Compression.ZLIB))) {
                for (int round = 0; round < ROUNDS; round++) {
                    int length = random.nextInt(round % 2 == 0 ? whole.length : 8192);
                    survives(Arrays.copyOf(whole, length), "cut to %d bytes".formatted(length));
                }
            }
        }
    }

    /** A load may say that it is large: what is not stored costs nothing. */
    @Test
    void aLoadOfManyFramesWithoutBytesIsCheap() {
        survives(
                DumpBuilder.core(Target.X86_64)
                        .load(0, 0, new byte[4096], (1L << 52) - 4096)
                        .bytes(),
                "a load of 2^52 bytes");
    }
}
