package org.kjump.linux.fs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.syscall.Errno;
import org.kjump.syscall.SyscallException;

/**
 * /proc/vmcore of Linux 2.6.27 (fs/proc/vmcore.c): the memory of the kernel before this one, as the ELF core header at
 * {@code elfcorehdr=} describes it. All PT_NOTEs become one, at the front; nothing is aligned to pages; program headers are
 * taken to follow the ELF header, notes to come before loads.
 */
public final class Vmcore {
    private static final int EHDR = 52;
    private static final int PHDR = 32;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int MAX_HEADERS = 4096;
    private static final int ET_CORE = 4;
    private static final int EM_386 = 3;
    private static final int EM_486 = 6;
    /** ELFCORE_ADDR_MAX: no elfcorehdr= was given. */
    private static final long NONE = 0xffffffffL;

    /** A part of the file that is old memory. */
    private record Chunk(long start, long paddr, long length) {}

    private final KernelView kernel;
    private final ByteBuffer header;
    private final List<Chunk> chunks = new ArrayList<>();
    private final long size;

    private Vmcore(KernelView kernel, ByteBuffer old) {
        this.kernel = kernel;
        int count = old.getShort(44) & 0xffff;
        List<Integer> notes = headers(old, count, PT_NOTE);
        List<Integer> loads = headers(old, count, PT_LOAD);
        header = ByteBuffer.allocate(EHDR + PHDR * (1 + loads.size())).order(ByteOrder.LITTLE_ENDIAN);
        header.put(old.slice(0, EHDR));
        header.putInt(28, EHDR);
        header.putShort(44, (short) (1 + loads.size()));
        long position = header.capacity();
        long noteStart = position;
        for (int at : notes) {
            long paddr = old.getInt(at + 4) & 0xffffffffL;
            long length = noteLength(paddr, old.getInt(at + 20) & 0xffffffffL);
            chunks.add(new Chunk(position, paddr, length));
            position += length;
        }
        int target = EHDR;
        header.putInt(target, PT_NOTE).putInt(target + 4, (int) noteStart);
        header.putInt(target + 16, (int) (position - noteStart)).putInt(target + 20, (int) (position - noteStart));
        for (int at : loads) {
            target += PHDR;
            header.put(target, old, at, PHDR);
            header.putInt(target + 4, (int) position);
            long length = old.getInt(at + 20) & 0xffffffffL;
            chunks.add(new Chunk(position, old.getInt(at + 4) & 0xffffffffL, length));
            position += length;
        }
        size = position;
    }

    private static List<Integer> headers(ByteBuffer old, int count, int type) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (old.getInt(EHDR + i * PHDR) == type) {
                found.add(EHDR + i * PHDR);
            }
        }
        return found;
    }

    /** Notes are walked until one has no name: what lies behind was never written. */
    private long noteLength(long paddr, long limit) {
        long at = 0;
        while (at + 12 <= limit) {
            long name = word(paddr + at);
            if (name == 0) {
                break;
            }
            at += 12 + (name + 3 & ~3L) + (word(paddr + at + 4) + 3 & ~3L);
        }
        return Math.min(at, limit);
    }

    private long word(long paddr) {
        return kernel.ram().u32(paddr) & 0xffffffffL;
    }

    /** The file's content; empty if this kernel was not told of another, or cannot read its header. */
    static ReadChannel open(KernelView kernel) {
        long address = kernel.variable("elfcorehdr_addr");
        if (address == NONE || refusal(kernel, address).isPresent()) {
            return new Bytes(new byte[0]);
        }
        ByteBuffer start = old(kernel, address, EHDR);
        return new Vmcore(kernel, old(kernel, address, EHDR + PHDR * (start.getShort(44) & 0xffff))).channel();
    }

    /** What the kernel logs at boot if it was told of another kernel's memory that it cannot read. */
    public static List<String> complaints(KernelView kernel) {
        long address = kernel.variable("elfcorehdr_addr");
        if (address == NONE) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        refusal(kernel, address).ifPresent(why -> {
            if (!why.isEmpty()) {
                lines.add("Warning: Core image elf header " + why);
            }
            lines.add("Kdump: vmcore not initialized");
        });
        return lines;
    }

    /** Why the header is not taken: parse_crash_elf_headers. The blank that is missing is missing there. */
    private static Optional<String> refusal(KernelView kernel, long address) {
        if (address >> Ram.PAGE_SHIFT > kernel.variable("saved_max_pfn")) {
            return Optional.of("");
        }
        ByteBuffer header = old(kernel, address, EHDR);
        if (header.getInt(0) != 0x464c457f) {
            return Optional.of("not found");
        }
        // Kernels take class 2 as well; no tool of ours writes it for an i386.
        if (header.get(4) != 1) {
            return Optional.of("is not sane");
        }
        int machine = header.getShort(18);
        int count = header.getShort(44) & 0xffff;
        boolean sane = header.getShort(16) == ET_CORE
                && (machine == EM_386 || machine == EM_486)
                && header.get(6) == 1
                && header.getInt(20) == 1
                && header.getShort(40) == EHDR
                && header.getShort(42) == PHDR
                && count != 0
                && count <= MAX_HEADERS;
        return sane ? Optional.empty() : Optional.of("is notsane");
    }

    private static ByteBuffer old(KernelView kernel, long paddr, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        kernel.ram().read(paddr, bytes);
        return bytes;
    }

    private ReadChannel channel() {
        return new ReadChannel(size) {
            @Override
            void fill(long position, ByteBuffer target) {
                Vmcore.this.fill(position, target);
            }
        };
    }

    private void fill(long position, ByteBuffer target) {
        long at = position;
        while (target.hasRemaining()) {
            if (at < header.capacity()) {
                int count = (int) Math.min(target.remaining(), header.capacity() - at);
                target.put(header.slice((int) at, count));
                at += count;
            } else {
                at += fillFromMemory(at, target);
            }
        }
    }

    private int fillFromMemory(long position, ByteBuffer target) {
        for (Chunk chunk : chunks) {
            if (position >= chunk.start() && position < chunk.start() + chunk.length()) {
                long into = position - chunk.start();
                long paddr = chunk.paddr() + into;
                int count = (int) Math.min(target.remaining(), chunk.length() - into);
                count = (int) Math.min(count, Ram.PAGE_SIZE - paddr % Ram.PAGE_SIZE);
                if (paddr >> Ram.PAGE_SHIFT > kernel.variable("saved_max_pfn")) {
                    // read_oldmem: no page above the memory that the map had before memmap=exactmap cut it.
                    throw new SyscallException(
                            "read(\"/proc/vmcore\") of old memory at 0x%x, above saved_max_pfn".formatted(paddr),
                            Errno.EINVAL);
                }
                ByteBuffer part = target.duplicate().limit(target.position() + count);
                kernel.ram().read(paddr, part);
                target.position(target.position() + count);
                return count;
            }
        }
        throw new IllegalStateException("position %d of %d is in no part of /proc/vmcore".formatted(position, size));
    }

    /** A file whose content is at hand. */
    static final class Bytes extends ReadChannel {
        private final byte[] content;

        Bytes(byte[] content) {
            super(content.length);
            this.content = content;
        }

        @Override
        void fill(long position, ByteBuffer target) {
            target.put(content, (int) position, target.remaining());
        }
    }
}
