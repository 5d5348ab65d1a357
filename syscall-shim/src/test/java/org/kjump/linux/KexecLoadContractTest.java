package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.syscall.Errno;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UserBuffer;

/**
 * What kexec_load of Linux 2.6.27 answers. The answers follow from kernel/kexec.c of that release; most were also seen on a real
 * i386 kernel 6.1, which differs where a row says so. Every row is a process of its own on a machine opened afresh.
 */
class KexecLoadContractTest {
    /** A call and its answer; {@code expected} is 0, a positive return value, or an errno. */
    private record Row(
            String name, long entry, long count, @Nullable List<KexecSegment> segments, long flags, Object expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final UserBuffer BUFFER = UserBuffer.of(ByteBuffer.allocate(0x10000));

    private static KexecSegment b(long bufsz, long mem, long memsz) {
        return new KexecSegment(BUFFER, bufsz, mem, memsz);
    }

    private static KexecSegment n(long bufsz, long mem, long memsz) {
        return new KexecSegment(null, bufsz, mem, memsz);
    }

    private static Row row(String name, long entry, long flags, Object expected, KexecSegment... segments) {
        return new Row(name, entry, segments.length, List.of(segments), flags, expected);
    }

    private static KexecSegment[] pages(int count) {
        List<KexecSegment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(b(0x1000, 0x100000 + i * 0x1000L, 0x1000));
        }
        return segments.toArray(KexecSegment[]::new);
    }

    static Stream<Row> rows() {
        KexecSegment page = b(0x1000, 0x100000, 0x1000);
        return Stream.of(
                row("3 no segments", 0, 0, 0),
                row("4 no segments, preserve", 0, 2, 0),
                row("6 flag 4", 0, 4, Errno.EINVAL),
                row("7 flag 8000", 0, 0x8000, Errno.EINVAL),
                row("8 flag 10", 0, 0x10, Errno.EINVAL),
                row("9 one page", 0x100000, 0, 0, page),
                row("10 arch i386", 0x100000, 0x30000, 0, page),
                row("11 arch i386, preserve", 0x100000, 0x30002, 0, page),
                row("12 arch x86_64", 0x100000, 0x3e0000, Errno.EINVAL, page),
                row("13 arch 4", 0x100000, 0x40000, Errno.EINVAL, page),
                row("14 sixteen segments", 0x100000, 0, 0, pages(16)),
                row("15 seventeen segments", 0x100000, 0, Errno.EINVAL, pages(17)),
                new Row("16 seventeen of NULL", 0, 17, null, 0, Errno.EINVAL),
                new Row("17 one of NULL: bytes not copied", 0, 1, null, 0, 16L),
                new Row("18 none of NULL", 0, 0, null, 0, 0),
                row("19 unaligned mem", 0, 0, Errno.EADDRNOTAVAIL, b(0x1000, 0x100800, 0x1000)),
                row("20 unaligned memsz", 0, 0, Errno.EADDRNOTAVAIL, b(0x1000, 0x100000, 0x1800)),
                row("21 aligned end only", 0, 0, Errno.EADDRNOTAVAIL, b(0x800, 0x100800, 0x800)),
                row("22 end wraps to 0", 0, 0, 0, b(0x1000, 0xfffff000L, 0x1000)),
                row("23 last page but one", 0, 0, 0, b(0x1000, 0xffffe000L, 0x1000)),
                row("24 end wraps beyond", 0, 0, 0, b(0x1000, 0xfffff000L, 0x2000)),
                row("25 overlap", 0, 0, Errno.EINVAL, b(0x2000, 0x100000, 0x2000), b(0x1000, 0x101000, 0x1000)),
                row("26 adjacent", 0, 0, 0, page, b(0x1000, 0x101000, 0x1000)),
                row("27 unsorted", 0, 0, 0, b(0x1000, 0x101000, 0x1000), page),
                row("28 empty one inside", 0, 0, Errno.EINVAL, b(0x2000, 0x100000, 0x2000), n(0, 0x101000, 0)),
                row("29 empty one at the end", 0, 0, 0, b(0x2000, 0x100000, 0x2000), n(0, 0x102000, 0)),
                row("30 jump back helper", 0x1c000d7, 2, 0, n(0, 0, 0)),
                row("31 two empty ones", 0, 0, 0, n(0, 0, 0), n(0, 0, 0)),
                row("32 bufsz above memsz", 0, 0, Errno.EINVAL, b(0x1001, 0x100000, 0x1000)),
                row("33 bufsz without memsz", 0, 0, Errno.EINVAL, b(1, 0x100000, 0)),
                row("34 unaligned before bufsz", 0, 0, Errno.EADDRNOTAVAIL, b(0x2000, 0x100800, 0x1000)),
                row("35 unaligned before overlap", 0, 0, Errno.EADDRNOTAVAIL, page, page, b(0x1000, 0x200800, 0x1000)),
                row("36 backup only", 0x100000, 2, 0, n(0, 0x100000, 0xf00000)),
                row("37 bad buffer", 0, 0, Errno.EIO, n(1, 0x100000, 0x1000)),
                row("38 page 0", 0, 2, 0, n(0, 0, 0x1000)),
                row("39 not RAM", 0, 0, 0, n(0, 0xa0000, 0x20000)),
                row("40 above RAM", 0, 0, 0, n(0, 0x8000000, 0x1000)),
                row("41 more than there is free", 0, 0, Errno.ENOMEM, n(0, 0x100000, 0x3e81000)),
                row("53 crash image without a reservation", 0x100000, 1, Errno.EADDRNOTAVAIL, page));
    }

    static Stream<Row> crashRows() {
        KexecSegment page = b(0x1000, 0x2000000, 0x1000);
        return Stream.of(
                row("46", 0x2000000, 1, 0, page),
                row("47 entry below", 0x1ffffff, 1, Errno.EADDRNOTAVAIL, page),
                row("48 entry is the last byte", 0x2ffffff, 1, 0, page),
                row("49 last page", 0x2fff000, 1, 0, b(0x1000, 0x2fff000, 0x1000)),
                row("50 beyond", 0x2fff000, 1, Errno.EADDRNOTAVAIL, b(0x1000, 0x2fff000, 0x2000)),
                row("51 below", 0x2000000, 1, Errno.EADDRNOTAVAIL, b(0x1000, 0x1fff000, 0x1000)),
                row("52 no room for the control page", 0x2000000, 1, Errno.ENOMEM, n(0, 0x2000000, 0x1000000)),
                row("56 crash and preserve", 0x2000000, 3, 0, page));
    }

    private static Object answer(BootedMachine machine, Row row) {
        return machine.process(kernel -> {
            try {
                return kernel.kexecLoad(row.entry(), row.count(), row.segments(), row.flags());
            } catch (SyscallException e) {
                return e.errno();
            }
        });
    }

    private static Object expected(Row row) {
        return row.expected() instanceof Integer value ? (Object) value.longValue() : row.expected();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void kexecLoadAnswersAsLinux(Row row) throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            assertThat(answer(machine, row)).isEqualTo(expected(row));
        }
    }

    @ParameterizedTest
    @MethodSource("crashRows")
    void kexecLoadOfACrashImageAnswersAsLinux(Row row) throws IOException {
        try (BootedMachine machine = BootedMachine.withCrashKernel()) {
            assertThat(answer(machine, row)).isEqualTo(expected(row));
        }
    }

    @Test
    void aKernelWithoutKexecJumpKnowsNoPreserveContext() throws IOException {
        try (BootedMachine machine = BootedMachine.withoutKexecJump()) {
            assertThat(answer(machine, row("5", 0, 2, Errno.EINVAL))).isEqualTo(Errno.EINVAL);
            assertThat(answer(machine, row("9", 0x100000, 0, 0, b(0x1000, 0x100000, 0x1000))))
                    .isEqualTo(0L);
        }
    }

    private static String file(BootedMachine machine, String path) {
        return machine.process(kernel -> {
            try (SeekableByteChannel channel = kernel.open(path)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
                channel.read(bytes);
                return new String(bytes.array(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aRefusedLoadLeavesTheImageThatWasThere() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            answer(machine, row("9", 0x100000, 0, 0, b(0x1000, 0x100000, 0x1000)));
            assertThat(answer(machine, row("19", 0, 0, 0, b(0x1000, 0x100800, 0x1000))))
                    .isEqualTo(Errno.EADDRNOTAVAIL);
            assertThat(file(machine, "/sys/kernel/kexec_loaded")).isEqualTo("1\n");
        }
    }

    @Test
    void aRefusedCrashLoadHasFreedTheOldCrashImage() throws IOException {
        try (BootedMachine machine = BootedMachine.withCrashKernel()) {
            answer(machine, row("46", 0x2000000, 1, 0, b(0x1000, 0x2000000, 0x1000)));
            assertThat(file(machine, "/sys/kernel/kexec_crash_loaded")).isEqualTo("1\n");
            answer(machine, row("47", 0x1ffffff, 1, 0, b(0x1000, 0x2000000, 0x1000)));
            assertThat(file(machine, "/sys/kernel/kexec_crash_loaded")).isEqualTo("0\n");
        }
    }

    @Test
    void unloadingGivesBackEveryPage() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            long before = machine.kernel(kernel -> new PageAllocator(kernel).freePages());
            answer(machine, row("36", 0x100000, 2, 0, n(0, 0x100000, 0xf00000)));
            long loaded = machine.kernel(kernel -> new PageAllocator(kernel).freePages());
            // 3840 sources, 4 pages of the list, control page, swap page, struct kimage.
            assertThat(before - loaded).isGreaterThanOrEqualTo(3840 + 4 + 3);
            answer(machine, row("3", 0, 0, 0));
            long after = machine.kernel(kernel -> new PageAllocator(kernel).freePages());
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void aLoadThatRunsOutOfMemoryGivesBackEveryPage() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            long before = machine.kernel(kernel -> new PageAllocator(kernel).freePages());
            answer(machine, row("41", 0, 0, 0, n(0, 0x100000, 0x3e81000)));
            long after = machine.kernel(kernel -> new PageAllocator(kernel).freePages());
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void rebootRefusesWrongMagicAndAMissingImage() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            for (int magic2 : new int[] {0, Syscalls.LINUX_REBOOT_MAGIC2}) {
                SyscallException refused = machine.process(kernel -> catchThrowableOfType(
                        SyscallException.class,
                        () -> kernel.reboot(Syscalls.LINUX_REBOOT_MAGIC1, magic2, Syscalls.LINUX_REBOOT_CMD_KEXEC)));
                assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
            }
        }
    }
}
