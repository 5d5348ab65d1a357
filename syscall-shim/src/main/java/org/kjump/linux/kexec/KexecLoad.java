package org.kjump.linux.kexec;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kjump.linux.kexec.Kimage.OutOfMemory;
import org.kjump.linux.mm.MemMap;
import org.kjump.linux.sched.CurrentTask;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.syscall.Errno;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UserBuffer;
import org.kjump.vmcore.layout.Struct;

/** sys_kexec_load of Linux 2.6.27 (kernel/kexec.c): its checks in their order, and the image in memory. */
public record KexecLoad(KernelView kernel) {
    private static final long ARCH_MASK = 0xffff0000L;
    private static final long ARCH_DEFAULT = 0;
    private static final long ARCH_386 = 3L << 16;
    private static final long LAST_ADDRESS = 0xffffffffL;
    private static final int SEGMENT_BYTES = 16;

    /** See {@link Syscalls#kexecLoad}. */
    public long load(long entry, long nrSegments, @Nullable List<KexecSegment> segments, long flags) {
        Call call = new Call(entry, nrSegments, flags);
        if (!kernel.configured("KEXEC")) {
            throw call.fails(Errno.ENOSYS);
        }
        if (!new CurrentTask(kernel).capable(CurrentTask.CAP_SYS_BOOT)) {
            throw call.fails(Errno.EPERM);
        }
        long legal = kernel.configured("KEXEC_JUMP")
                ? Syscalls.KEXEC_ON_CRASH | Syscalls.KEXEC_PRESERVE_CONTEXT
                : Syscalls.KEXEC_ON_CRASH;
        if ((flags & ~ARCH_MASK & ~legal) != 0) {
            throw call.fails(Errno.EINVAL);
        }
        long arch = flags & ARCH_MASK;
        if (arch != ARCH_DEFAULT && arch != ARCH_386 || nrSegments > Syscalls.KEXEC_SEGMENT_MAX) {
            throw call.fails(Errno.EINVAL);
        }
        KexecMutex mutex = new KexecMutex(kernel);
        if (!mutex.tryLock()) {
            throw call.fails(Errno.EBUSY);
        }
        try {
            return replace(call, segments);
        } finally {
            mutex.unlock();
        }
    }

    /** What the mutex guards: one image gives way to another, or to none. */
    private long replace(Call call, @Nullable List<KexecSegment> segments) {
        long nrSegments = call.nrSegments();
        boolean crash = (call.flags() & Syscalls.KEXEC_ON_CRASH) != 0;
        String slot = crash ? "kexec_crash_image" : "kexec_image";
        if (nrSegments == 0) {
            install(slot, 0);
            return 0;
        }
        if (crash) {
            // There is room for one crash image only: the old one goes first, whatever becomes of the new.
            install(slot, 0);
            if (call.entry() < kernel.variable("crashk_start") || call.entry() > kernel.variable("crashk_end")) {
                throw call.fails(Errno.EADDRNOTAVAIL);
            }
        }
        if (segments == null || segments.size() < nrSegments) {
            // A defect of 2.6.27: the count of bytes not copied, where -EFAULT belongs.
            return nrSegments * SEGMENT_BYTES;
        }
        check(call, segments.subList(0, (int) nrSegments), crash);
        build(call, segments.subList(0, (int) nrSegments), slot);
        return 0;
    }

    /** sanity checks of kimage_alloc_init and, for a crash image, kimage_crash_alloc. */
    private void check(Call call, List<KexecSegment> segments, boolean crash) {
        for (KexecSegment segment : segments) {
            // 32-bit sums, as in the kernel: an end beyond 4 GiB wraps, and nobody notices.
            long end = segment.mem() + segment.memsz() & 0xffffffffL;
            if ((segment.mem() | end) % Ram.PAGE_SIZE != 0 || end >= LAST_ADDRESS) {
                throw call.fails(Errno.EADDRNOTAVAIL);
            }
        }
        for (int i = 0; i < segments.size(); i++) {
            for (int j = 0; j < i; j++) {
                KexecSegment a = segments.get(i);
                KexecSegment b = segments.get(j);
                long aEnd = a.mem() + a.memsz() & 0xffffffffL;
                long bEnd = b.mem() + b.memsz() & 0xffffffffL;
                if (aEnd > b.mem() && a.mem() < bEnd) {
                    throw call.fails(Errno.EINVAL);
                }
            }
        }
        for (KexecSegment segment : segments) {
            if (segment.bufsz() > segment.memsz()) {
                throw call.fails(Errno.EINVAL);
            }
        }
        for (KexecSegment segment : segments) {
            boolean inside = segment.mem() >= kernel.variable("crashk_start")
                    && segment.mem() + segment.memsz() - 1 <= kernel.variable("crashk_end");
            if (crash && !inside) {
                throw call.fails(Errno.EADDRNOTAVAIL);
            }
        }
    }

    private void build(Call call, List<KexecSegment> segments, String slot) {
        Kimage image;
        try {
            image = Kimage.allocate(kernel);
        } catch (OutOfMemory e) {
            throw call.fails(Errno.ENOMEM);
        }
        try {
            describe(image, call, segments);
            boolean crash = slot.equals("kexec_crash_image");
            int control = crash ? image.crashControlPage() : image.controlPage();
            image.struct().set("control_code_page", structPage(control));
            if (!crash) {
                image.struct().set("swap_page", structPage(image.controlPage()));
            }
            if ((call.flags() & Syscalls.KEXEC_PRESERVE_CONTEXT) != 0) {
                image.preserveContext();
            }
            for (KexecSegment segment : segments) {
                if (crash) {
                    copyInPlace(segment);
                } else {
                    loadSegment(image, segment);
                }
            }
            image.terminate();
        } catch (OutOfMemory e) {
            image.free();
            throw call.fails(Errno.ENOMEM);
        } catch (SyscallException e) {
            // The caller's buffer is not there: 2.6.27 calls that EIO.
            image.free();
            throw call.fails(e.errno() == Errno.EFAULT ? Errno.EIO : e.errno());
        }
        install(slot, image.address());
    }

    private void describe(Kimage image, Call call, List<KexecSegment> segments) {
        image.struct().set("start", call.entry());
        image.struct().set("nr_segments", segments.size());
        image.struct().set("control_page", LAST_ADDRESS);
        for (int i = 0; i < segments.size(); i++) {
            Struct segment = image.segment(i);
            segment.set("bufsz", segments.get(i).bufsz());
            segment.set("mem", segments.get(i).mem());
            segment.set("memsz", segments.get(i).memsz());
        }
    }

    private long structPage(int pfn) {
        return new MemMap(kernel).page(pfn);
    }

    private void loadSegment(Kimage image, KexecSegment segment) throws OutOfMemory {
        image.addDestination(segment.mem());
        long pages = (segment.memsz() & 0xffffffffL) / Ram.PAGE_SIZE;
        for (long i = 0; i < pages; i++) {
            long destination = segment.mem() + i * Ram.PAGE_SIZE;
            int frame = (int) (destination >> Ram.PAGE_SHIFT);
            int pfn = image.sourcePage(frame);
            // Into the list before it is filled: what fails now still frees the page.
            image.addSource(frame, pfn);
            kernel.ram().clearPage(pfn);
            copy(segment, i * Ram.PAGE_SIZE, (long) pfn << Ram.PAGE_SHIFT);
        }
    }

    /** The bytes of one page from the caller's buffer; what lies behind the buffer stays zero. */
    private void copy(KexecSegment segment, long offset, long paddr) {
        int count = (int) Math.max(0, Math.min(Ram.PAGE_SIZE, segment.bufsz() - offset));
        if (count == 0) {
            return;
        }
        UserBuffer buffer = segment.buf();
        if (buffer == null) {
            throw new SyscallException("copy_from_user(NULL)", Errno.EFAULT);
        }
        ByteBuffer bytes = ByteBuffer.allocate(count);
        buffer.copyFromUser(offset, bytes);
        kernel.ram().write(paddr, bytes.flip());
    }

    /** A crash image lies where it will run. */
    private void copyInPlace(KexecSegment segment) {
        for (long offset = 0; offset < segment.memsz(); offset += Ram.PAGE_SIZE) {
            kernel.ram().clearPage((int) (segment.mem() + offset >> Ram.PAGE_SHIFT));
            copy(segment, offset, segment.mem() + offset);
        }
    }

    private void install(String slot, long image) {
        long old = kernel.variable(slot);
        kernel.setVariable(slot, image);
        if (old != 0) {
            new Kimage(kernel, old).free();
        }
    }

    /** The call as a tracer prints it. */
    private record Call(long entry, long nrSegments, long flags) {
        SyscallException fails(Errno errno) {
            return new SyscallException("kexec_load(0x%x, %d, …, 0x%x)".formatted(entry, nrSegments, flags), errno);
        }
    }
}
