package org.kjump.vmcore.open;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.build.LimeBuilder;
import org.kjump.vmcore.build.SadumpBuilder;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.flattened.FlattenedSink;
import org.kjump.vmcore.io.ByteSource;

/**
 * Every word of every header of every format set to what it cannot be, and files that end at every structure's edge: the answer is an
 * answer or a {@link VmcoreException}, within a second, without more than 64 MiB. DamageTest damages at random, and filters as well.
 */
class HeaderDamageTest {
    private static final long ALLOCATION_MAX = 64L << 20;
    private static final long CPU_MAX = Duration.ofSeconds(1).toNanos();
    /** Of a machine that has other things to do. */
    private static final Duration HANGS = Duration.ofSeconds(30);

    private static final long[] NASTY = {0, 1, 0x7fffffff, 0x80000000L, Long.MAX_VALUE, Long.MIN_VALUE, -1};

    /** @param start of a header or table */
    record Structure(int start, int length) {}

    /**
     * @param others files that belong to the one that is damaged
     * @param structures of the file; it is cut at their edges, too
     */
    record Victim(String name, byte[] file, List<byte[]> others, ByteOrder order, List<Structure> structures) {
        /** ELF alone has words of 16 bits. */
        int[] widths() {
            return name.startsWith("elf") ? new int[] {2, 4, 8} : new int[] {4, 8};
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static byte[] page(long pfn) {
        return pfn % 5 == 0 ? new byte[4096] : Contents.text(pfn, 4096);
    }

    private static Victim elf(String name, Target target) {
        DumpBuilder core = DumpBuilder.core(target).vmcoreinfo("OSRELEASE=6.1.0\nPAGESIZE=4096\n");
        for (long pfn = 1; pfn < 4; pfn++) {
            core.load(pfn * 8192, page(pfn));
        }
        int header = target.wordBytes() == 8 ? 64 : 52;
        int program = target.wordBytes() == 8 ? 56 : 32;
        byte[] file = core.bytes();
        int notes = header + 4 * program;
        return new Victim(
                name,
                file,
                List.of(),
                target.order(),
                List.of(
                        new Structure(0, header),
                        new Structure(header, 4 * program),
                        new Structure(notes, file.length - 3 * 4096 - notes),
                        new Structure(file.length - 4096, 0)));
    }

    private static Victim hypervisor() {
        byte[] file = DumpBuilder.core(Target.X86_64)
                .ofAHypervisor()
                .countInSection()
                .load(0, page(1))
                .bytes();
        return new Victim(
                "elf of a hypervisor",
                file,
                List.of(),
                ByteOrder.LITTLE_ENDIAN,
                List.of(new Structure(0, 64), new Structure(64, 64), new Structure(128, 2 * 56)));
    }

    private static KdumpBuilder described(Abi abi, ByteOrder order, int version) {
        KdumpBuilder kdump = KdumpBuilder.file(abi, order)
                .version(version)
                .level(1)
                .vmcoreinfo("OSRELEASE=6.1.0\n")
                .erased("erase a 1\n")
                .excluded(60);
        for (long pfn = 1; pfn < 12; pfn++) {
            kdump.page(pfn, page(pfn), List.of(Compression.values()).get((int) pfn % 5));
        }
        return kdump;
    }

    private static List<Structure> kdumpStructures() {
        int descriptors = 4 * 4096;
        return List.of(
                new Structure(0, 12),
                new Structure(272, 8),
                new Structure(400, 64),
                new Structure(4096, 104 + 48),
                new Structure(2 * 4096, 8),
                new Structure(3 * 4096, 8),
                new Structure(descriptors, 11 * 24),
                new Structure(descriptors + 11 * 24 + 4096, 0));
    }

    private static Victim kdump(Abi abi, ByteOrder order, int version) {
        return new Victim(
                "kdump %s %s %d".formatted(abi, order, version),
                described(abi, order, version).bytes(),
                List.of(),
                order,
                kdumpStructures());
    }

    private static Victim part() {
        List<byte[]> parts = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN, 6).split(5);
        return new Victim("split", parts.get(0), List.of(parts.get(1)), ByteOrder.LITTLE_ENDIAN, kdumpStructures());
    }

    private static Victim incomplete() {
        return new Victim(
                "incomplete kdump",
                described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN, 6)
                        .lost(10)
                        .lost(11)
                        .bytes(),
                List.of(),
                ByteOrder.LITTLE_ENDIAN,
                kdumpStructures());
    }

    private static Victim flattened() throws IOException {
        byte[] file = described(Abi.WIDE, ByteOrder.LITTLE_ENDIAN, 6).bytes();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(stream))) {
            sink.write(0, ByteBuffer.wrap(file, 0, 464));
            sink.write(4096, ByteBuffer.wrap(file, 4096, file.length - 4096));
            sink.end();
        }
        int second = 4096 + 16 + 464;
        return new Victim(
                "flattened",
                stream.toByteArray(),
                List.of(),
                ByteOrder.BIG_ENDIAN,
                List.of(
                        new Structure(0, 32),
                        new Structure(4096, 16),
                        new Structure(second, 16),
                        new Structure(stream.size() - 16, 16)));
    }

    private static SadumpBuilder sadump() {
        SadumpBuilder sadump = new SadumpBuilder().notStored(9);
        for (long pfn = 1; pfn < 6; pfn++) {
            sadump.page(pfn, page(pfn));
        }
        return sadump;
    }

    private static Victim sadump(String name, byte[] file, List<byte[]> others, int... headers) {
        List<Structure> structures = new ArrayList<>();
        for (int at : headers) {
            structures.add(new Structure(at, 176));
            structures.add(new Structure(at + 4096, 0));
        }
        return new Victim(name, file, others, ByteOrder.LITTLE_ENDIAN, structures);
    }

    private static Victim lime() {
        byte[] file =
                new LimeBuilder().range(4096, page(1)).range(1 << 20, page(2)).bytes();
        return new Victim(
                "lime",
                file,
                List.of(),
                ByteOrder.LITTLE_ENDIAN,
                List.of(new Structure(0, 32), new Structure(32 + 4096, 32)));
    }

    static Stream<Victim> victims() throws IOException {
        List<byte[]> disks = sadump().disks(2, 2);
        return Stream.of(
                elf("elf32", Target.I386),
                elf("elf64", Target.X86_64),
                elf("elf64 big-endian", new Target(22, 8, ByteOrder.BIG_ENDIAN, 12)),
                hypervisor(),
                kdump(Abi.I386, ByteOrder.LITTLE_ENDIAN, 6),
                kdump(Abi.ALIGNED_32, ByteOrder.BIG_ENDIAN, 6),
                kdump(Abi.WIDE, ByteOrder.LITTLE_ENDIAN, 6),
                kdump(Abi.WIDE, ByteOrder.BIG_ENDIAN, 4),
                part(),
                incomplete(),
                flattened(),
                sadump("sadump", sadump().singlePartition(), List.of(), 0, 4096, 8192, 12288, 16384),
                sadump("sadump media", sadump().mediaBackup(), List.of(), 0, 4096, 8192),
                sadump("sadump set", disks.get(0), List.of(disks.get(1)), 0, 4096, 8192),
                sadump("sadump second disk", disks.get(1), List.of(disks.get(0)), 0),
                lime());
    }

    private static void put(byte[] file, ByteOrder order, int at, int width, long value) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(order);
        switch (width) {
            case 2 -> bytes.putShort(at, (short) value);
            case 4 -> bytes.putInt(at, (int) value);
            default -> bytes.putLong(at, value);
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void everyWordOfEveryHeader(Victim victim) {
        Assertions.assertTimeoutPreemptively(HANGS.multipliedBy(4), () -> {
            for (Structure structure : victim.structures()) {
                for (int at = structure.start(); at < structure.start() + structure.length(); at += 2) {
                    for (int width : victim.widths()) {
                        for (long value : NASTY) {
                            if (at % Math.min(width, 4) == 0 && at + width <= victim.file().length) {
                                byte[] file = victim.file().clone();
                                put(file, victim.order(), at, width, value);
                                survives(victim, file, "%d bytes at %d: %x".formatted(width, at, value));
                            }
                        }
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("victims")
    void filesThatEndAtAnEdge(Victim victim) {
        Assertions.assertTimeoutPreemptively(HANGS, () -> {
            for (Structure structure : victim.structures()) {
                for (int edge : new int[] {structure.start(), structure.start() + structure.length()}) {
                    for (int length = Math.max(0, edge - 1);
                            length <= Math.min(edge + 1, victim.file().length);
                            length++) {
                        survives(victim, Arrays.copyOf(victim.file(), length), "cut to %d bytes".formatted(length));
                    }
                }
            }
            survives(victim, new byte[0], "nothing");
        });
    }

    /** Without damage every page is there: the test would see nothing if files were refused for another reason. */
    @ParameterizedTest
    @MethodSource("victims")
    void withoutDamageNothingIsRefused(Victim victim) {
        try (MemoryImage image = open(victim, victim.file())) {
            assertThat(image.nextReadable(0)).isNotNegative();
        }
    }

    private static MemoryImage open(Victim victim, byte[] file) {
        return Dump.open(Stream.concat(Stream.of(file), victim.others().stream())
                .map(each -> ByteSource.of("damaged", ByteBuffer.wrap(each)))
                .toList());
    }

    private static void survives(Victim victim, byte[] file, String what) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long time = threads.getCurrentThreadCpuTime();
        try (MemoryImage image = open(victim, file)) {
            ByteBuffer page = ByteBuffer.allocate(image.target().pageSize());
            long pfn = image.nextReadable(0);
            for (int i = 0; i < 30 && pfn >= 0; i++) {
                read(image, pfn, page);
                read(image, i, page);
                pfn = image.nextReadable(pfn + 1);
            }
        } catch (VmcoreException e) {
            assertThat(e.getMessage()).as(what).doesNotContain("\n");
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
        assertThat(threads.getCurrentThreadCpuTime() - time)
                .as("%s: time", what)
                .isLessThan(CPU_MAX);
        assertThat(threads.getCurrentThreadAllocatedBytes() - bytes)
                .as("%s: bytes allocated", what)
                .isLessThan(ALLOCATION_MAX);
    }

    private static void read(MemoryImage image, long pfn, ByteBuffer page) {
        try {
            PageState state = image.read(pfn, page.clear());
            boolean filled = state == PageState.PRESENT || state == PageState.ZERO;
            assertThat(page.position()).isEqualTo(filled ? page.capacity() : 0);
        } catch (VmcoreException e) {
            assertThat(e.getMessage()).startsWith("damaged: ").doesNotContain("\n");
        }
    }
}
