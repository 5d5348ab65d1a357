package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kjump.linux.KnownAnswer.row;
import static org.kjump.syscall.Errno.EADDRNOTAVAIL;
import static org.kjump.syscall.Errno.EBUSY;
import static org.kjump.syscall.Errno.EINVAL;
import static org.kjump.syscall.Errno.EIO;
import static org.kjump.syscall.Errno.ENOENT;
import static org.kjump.syscall.Errno.ENOMEM;
import static org.kjump.syscall.Errno.EPERM;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.linux.driver.Devices;
import org.kjump.linux.mm.Gfp;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.sched.CurrentTask;
import org.kjump.linux.sched.Tasks;
import org.kjump.linux.view.KernelView;
import org.kjump.syscall.Errno;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UserBuffer;
import org.kjump.vmcore.layout.Struct;

/**
 * The 63 known answers of kexec_load and reboot of Linux 2.6.27. They follow from kernel/kexec.c and kernel/sys.c of that
 * release; most were also seen on a real i386 kernel 6.1, which differs where a row says so. Every call is a process of its own on
 * a machine opened afresh; what a row needs beforehand, such as a lost capability, is written into the kernel's memory.
 */
class KexecLoadContractTest {
    private static final UserBuffer BUFFER = UserBuffer.of(ByteBuffer.allocate(0x10000));
    private static final KexecSegment PAGE = b(0x1000, 0x100000, 0x1000);
    private static final KexecSegment CRASH_PAGE = b(0x1000, 0x2000000, 0x1000);

    private static KexecSegment b(long bufsz, long mem, long memsz) {
        return new KexecSegment(BUFFER, bufsz, mem, memsz);
    }

    private static KexecSegment n(long bufsz, long mem, long memsz) {
        return new KexecSegment(null, bufsz, mem, memsz);
    }

    private static KexecSegment[] pages(int count) {
        List<KexecSegment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(b(0x1000, 0x100000 + i * 0x1000L, 0x1000));
        }
        return segments.toArray(KexecSegment[]::new);
    }

    private static void withoutCapability(KernelView kernel) {
        Struct task = new CurrentTask(kernel).task();
        task.set("cap_effective", task.get("cap_effective") & ~(1L << CurrentTask.CAP_SYS_BOOT));
    }

    /** Somebody takes all pages that can be had, and gives one back. */
    private static void memoryForOnePage(KernelView kernel) {
        PageAllocator allocator = new PageAllocator(kernel);
        OptionalInt last = OptionalInt.empty();
        for (OptionalInt pfn = allocator.allocate(Gfp.HIGHUSER, 0);
                pfn.isPresent();
                pfn = allocator.allocate(Gfp.HIGHUSER, 0)) {
            last = pfn;
        }
        allocator.free(last.orElseThrow(), 0);
    }

    private static void aTaskThatWillNotFreeze(KernelView kernel) {
        Struct writer = new Tasks(kernel)
                .all().stream()
                        .filter(task -> task.string("comm").equals("writer"))
                        .findFirst()
                        .orElseThrow();
        writer.set("state", 2);
    }

    private static void aDriverThatRefuses(KernelView kernel) {
        for (long node : kernel.list(kernel.profile().symbol("dpm_list"))) {
            Struct device = kernel.containing("device", "power.entry", node);
            if (device.string("bus_id").equals("serial8250")) {
                kernel.setU32(device.address() + Devices.REFUSAL, 5);
            }
        }
    }

    private static long jump(Syscalls kernel, int magic1, int magic2) {
        kernel.reboot(magic1, magic2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
        return 0;
    }

    private static long jump(Syscalls kernel) {
        return jump(kernel, Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2);
    }

    /** While the kernel copies this caller's buffer, another call of his comes: what that one is told. */
    private static long insideAnotherLoad(Syscalls kernel) {
        AtomicReference<Errno> inner = new AtomicReference<>();
        UserBuffer slow = (offset, target) -> {
            try {
                kernel.kexecLoad(0x100000, 1, List.of(PAGE), 0);
            } catch (SyscallException e) {
                inner.set(e.errno());
            }
            BUFFER.copyFromUser(offset, target);
        };
        kernel.kexecLoad(0x100000, 1, List.of(new KexecSegment(slow, 0x1000, 0x100000, 0x1000)), 0);
        return Optional.ofNullable(inner.get()).map(errno -> fails(errno)).orElse(0L);
    }

    private static long fails(Errno errno) {
        throw new SyscallException("the inner kexec_load", errno);
    }

    static Stream<KnownAnswer> rows() {
        KnownAnswer load = row(9, "one page").load(0x100000, 0, PAGE).answers(0);
        KnownAnswer crash = row(46, "crash image")
                .crashKernel()
                .load(0x2000000, 1, CRASH_PAGE)
                .answers(0);
        return Stream.of(
                row(1, "no capability")
                        .given(KexecLoadContractTest::withoutCapability)
                        .load(0x100000, 0, PAGE)
                        .answers(EPERM),
                row(2, "no capability before all else")
                        .given(KexecLoadContractTest::withoutCapability)
                        .load(0, 0xffff, pages(17))
                        .answers(EPERM),
                row(3, "no segments").load(0, 0).answers(0),
                row(4, "no segments, preserve").load(0, 2).answers(0),
                row(5, "preserve without KEXEC_JUMP").noKexecJump().load(0, 2).answers(EINVAL),
                row(6, "flag 4").load(0, 4).answers(EINVAL),
                row(7, "flag 8000").load(0, 0x8000).answers(EINVAL),
                row(8, "flag 10").load(0, 0x10).answers(EINVAL),
                load,
                row(10, "arch i386").load(0x100000, 0x30000, PAGE).answers(0),
                row(11, "arch i386, preserve").load(0x100000, 0x30002, PAGE).answers(0),
                row(12, "arch x86_64").load(0x100000, 0x3e0000, PAGE).answers(EINVAL),
                row(13, "arch 4").load(0x100000, 0x40000, PAGE).answers(EINVAL),
                row(14, "sixteen segments").load(0x100000, 0, pages(16)).answers(0),
                row(15, "seventeen segments").load(0x100000, 0, pages(17)).answers(EINVAL),
                row(16, "seventeen of NULL")
                        .call(kernel -> kernel.kexecLoad(0, 17, null, 0))
                        .answers(EINVAL),
                // A defect of 2.6.27: the count of bytes not copied. 6.1 says EFAULT.
                row(17, "one of NULL")
                        .call(kernel -> kernel.kexecLoad(0, 1, null, 0))
                        .answers(16),
                row(18, "none of NULL")
                        .call(kernel -> kernel.kexecLoad(0, 0, null, 0))
                        .answers(0),
                row(19, "unaligned mem").load(0, 0, b(0x1000, 0x100800, 0x1000)).answers(EADDRNOTAVAIL),
                row(20, "unaligned memsz")
                        .load(0, 0, b(0x1000, 0x100000, 0x1800))
                        .answers(EADDRNOTAVAIL),
                row(21, "aligned end only")
                        .load(0, 0, b(0x800, 0x100800, 0x800))
                        .answers(EADDRNOTAVAIL),
                // 6.1 looks for a sum that wraps: EADDRNOTAVAIL in rows 22 and 24.
                row(22, "end wraps to 0")
                        .load(0, 0, b(0x1000, 0xfffff000L, 0x1000))
                        .answers(0),
                row(23, "last page but one")
                        .load(0, 0, b(0x1000, 0xffffe000L, 0x1000))
                        .answers(0),
                row(24, "end wraps beyond")
                        .load(0, 0, b(0x1000, 0xfffff000L, 0x2000))
                        .answers(0),
                row(25, "overlap")
                        .load(0, 0, b(0x2000, 0x100000, 0x2000), b(0x1000, 0x101000, 0x1000))
                        .answers(EINVAL),
                row(26, "adjacent")
                        .load(0, 0, PAGE, b(0x1000, 0x101000, 0x1000))
                        .answers(0),
                row(27, "unsorted")
                        .load(0, 0, b(0x1000, 0x101000, 0x1000), PAGE)
                        .answers(0),
                row(28, "empty one inside")
                        .load(0, 0, b(0x2000, 0x100000, 0x2000), n(0, 0x101000, 0))
                        .answers(EINVAL),
                row(29, "empty one at the end")
                        .load(0, 0, b(0x2000, 0x100000, 0x2000), n(0, 0x102000, 0))
                        .answers(0),
                row(30, "jump back helper").load(0x1c000d7, 2, n(0, 0, 0)).answers(0),
                row(31, "two empty ones").load(0, 0, n(0, 0, 0), n(0, 0, 0)).answers(0),
                row(32, "bufsz above memsz")
                        .load(0, 0, b(0x1001, 0x100000, 0x1000))
                        .answers(EINVAL),
                row(33, "bufsz without memsz").load(0, 0, b(1, 0x100000, 0)).answers(EINVAL),
                row(34, "unaligned before bufsz")
                        .load(0, 0, b(0x2000, 0x100800, 0x1000))
                        .answers(EADDRNOTAVAIL),
                row(35, "unaligned before overlap")
                        .load(0, 0, PAGE, PAGE, b(0x1000, 0x200800, 0x1000))
                        .answers(EADDRNOTAVAIL),
                row(36, "backup only")
                        .load(0x100000, 2, n(0, 0x100000, 0xf00000))
                        .answers(0),
                row(37, "bad buffer").load(0, 0, n(1, 0x100000, 0x1000)).answers(EIO),
                row(38, "page 0").load(0, 2, n(0, 0, 0x1000)).answers(0),
                row(39, "not RAM").load(0, 0, n(0, 0xa0000, 0x20000)).answers(0),
                row(40, "above RAM").load(0, 0, n(0, 0x8000000, 0x1000)).answers(0),
                // 2.6.27 has no rule of half of the memory: what is free decides. 128 MiB have that much, 64 MiB do
                // not.
                row(41, "16001 pages")
                        .memory(128)
                        .load(0, 0, n(0, 0x100000, 0x3e81000))
                        .answers(0),
                row(41, "16001 pages, short")
                        .load(0, 0, n(0, 0x100000, 0x3e81000))
                        .answers(ENOMEM),
                row(42, "16000 pages")
                        .memory(128)
                        .load(0, 0, n(0, 0x100000, 0x3e80000))
                        .answers(0),
                row(42, "16000 pages, short")
                        .load(0, 0, n(0, 0x100000, 0x3e80000))
                        .answers(ENOMEM),
                row(43, "16384 in two")
                        .memory(128)
                        .load(0, 0, n(0, 0x100000, 0x2000000), n(0, 0x2100000, 0x2000000))
                        .answers(0),
                row(43, "16384 in two, short")
                        .load(0, 0, n(0, 0x100000, 0x2000000), n(0, 0x2100000, 0x2000000))
                        .answers(ENOMEM),
                row(44, "another load holds the lock")
                        .call(KexecLoadContractTest::insideAnotherLoad)
                        .answers(EBUSY),
                row(45, "memory for one page")
                        .given(KexecLoadContractTest::memoryForOnePage)
                        .load(0x100000, 0, PAGE)
                        .answers(ENOMEM),
                crash,
                row(47, "entry below")
                        .crashKernel()
                        .load(0x1ffffff, 1, CRASH_PAGE)
                        .answers(EADDRNOTAVAIL),
                row(48, "entry is the last byte")
                        .crashKernel()
                        .load(0x2ffffff, 1, CRASH_PAGE)
                        .answers(0),
                row(49, "last page")
                        .crashKernel()
                        .load(0x2fff000, 1, b(0x1000, 0x2fff000, 0x1000))
                        .answers(0),
                row(50, "beyond")
                        .crashKernel()
                        .load(0x2fff000, 1, b(0x1000, 0x2fff000, 0x2000))
                        .answers(EADDRNOTAVAIL),
                row(51, "below")
                        .crashKernel()
                        .load(0x2000000, 1, b(0x1000, 0x1fff000, 0x1000))
                        .answers(EADDRNOTAVAIL),
                row(52, "no room for the control page")
                        .crashKernel()
                        .load(0x2000000, 1, n(0, 0x2000000, 0x1000000))
                        .answers(ENOMEM),
                row(53, "no reservation").load(0x100000, 1, PAGE).answers(EADDRNOTAVAIL),
                row(54, "the old crash image is gone")
                        .crashKernel()
                        .after(crash)
                        .load(0x1ffffff, 1, CRASH_PAGE)
                        .answers(EADDRNOTAVAIL)
                        .leaves("kexec_crash_loaded", "0"),
                row(55, "the old image stays")
                        .after(load)
                        .load(0, 0, b(0x1000, 0x100800, 0x1000))
                        .answers(EADDRNOTAVAIL)
                        .leaves("kexec_loaded", "1"),
                row(56, "crash and preserve")
                        .crashKernel()
                        .load(0x2000000, 3, CRASH_PAGE)
                        .answers(0),
                row(57, "unloading the crash image")
                        .crashKernel()
                        .after(load)
                        .after(crash)
                        .load(0, 1)
                        .answers(0)
                        .leaves("kexec_crash_loaded", "0")
                        .leaves("kexec_loaded", "1"),
                row(58, "no kexec_load_disabled")
                        .call(kernel -> kernel.stat("/proc/sys/kernel/kexec_load_disabled")
                                .size())
                        .answers(ENOENT),
                row(59, "jump without an image")
                        .call(KexecLoadContractTest::jump)
                        .answers(EINVAL),
                row(60, "magic2 is 0")
                        .after(load)
                        .call(kernel -> jump(kernel, Syscalls.LINUX_REBOOT_MAGIC1, 0))
                        .answers(EINVAL),
                row(61, "no capability, wrong magic")
                        .given(KexecLoadContractTest::withoutCapability)
                        .call(kernel -> jump(kernel, 0, 0))
                        .answers(EPERM),
                row(62, "a task will not freeze")
                        .after(row(36, "").load(0x100000, 2, n(0, 0x100000, 0xf00000)))
                        .given(KexecLoadContractTest::aTaskThatWillNotFreeze)
                        .call(KexecLoadContractTest::jump)
                        .answers(EBUSY)
                        .takes(20 * 250),
                row(63, "a driver refuses")
                        .after(row(36, "").load(0x100000, 2, n(0, 0x100000, 0xf00000)))
                        .given(KexecLoadContractTest::aDriverThatRefuses)
                        .call(KexecLoadContractTest::jump)
                        .answers(EIO));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theKernelAnswersAsLinux(KnownAnswer row) throws IOException {
        row.check();
    }

    @Test
    void noRowIsMissing() {
        assertThat(rows().map(KnownAnswer::number).distinct().sorted())
                .hasSize(63)
                .startsWith(1)
                .endsWith(63);
    }
}
