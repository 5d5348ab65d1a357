package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.layout.Memory;

/**
 * The virtual memory of a dumped i386 kernel: its direct mapping, as the dump's segments place it, or at 0xc0000000 where they do
 * not say. Not thread-safe: it keeps the page that it read last.
 */
public final class KernelMemory implements Memory {
    private static final long PAGE_OFFSET = 0xc0000000L;

    private final MemoryImage image;
    private final VmcoreInfo info;
    private final ByteBuffer page;
    private long pageNumber = -1;

    /** @throws VmcoreException if the dump has no VMCOREINFO */
    public KernelMemory(MemoryImage image) {
        this.image = image;
        this.info = VmcoreInfo.of(image.name(), image.notes())
                .orElseThrow(() -> new VmcoreException(
                        "%s doesn't contain vmcoreinfo: only levels 0 and 1 are possible".formatted(image.name())));
        this.page = ByteBuffer.allocate(image.target().pageSize()).order(order());
    }

    public MemoryImage image() {
        return image;
    }

    public VmcoreInfo info() {
        return info;
    }

    @Override
    public ByteOrder order() {
        return image.target().order();
    }

    private long paddr(long vaddr) {
        for (Segment segment : image.segments()) {
            long start = segment.vaddr();
            if (start != 0 && start != Segment.UNMAPPED && vaddr >= start && vaddr < start + segment.size()) {
                return vaddr - start + segment.paddr();
            }
        }
        if (vaddr >= PAGE_OFFSET && vaddr < 1L << 32) {
            return vaddr - PAGE_OFFSET;
        }
        throw new VmcoreException(
                "%s: can't convert a virtual address(%x) to physical address".formatted(image.name(), vaddr));
    }

    @Override
    public void read(long vaddr, ByteBuffer target) {
        long at = vaddr;
        while (target.hasRemaining()) {
            long paddr = paddr(at);
            long pfn = paddr >> image.target().pageShift();
            if (pfn != pageNumber) {
                pageNumber = -1;
                PageState state = image.read(pfn, page.clear());
                if (state != PageState.PRESENT && state != PageState.ZERO) {
                    throw new VmcoreException("%s: kernel memory at %x is not in the dump (page frame 0x%x)"
                            .formatted(image.name(), at, pfn));
                }
                pageNumber = pfn;
            }
            int offset = (int) (paddr & image.target().pageSize() - 1);
            int count = Math.min(target.remaining(), image.target().pageSize() - offset);
            target.put(page.slice(offset, count));
            at += count;
        }
    }

    long pointer(long vaddr) {
        return unsigned(vaddr, image.target().wordBytes());
    }

    long need(java.util.OptionalLong value, String what) {
        return value.orElseThrow(() -> new VmcoreException("%s: VMCOREINFO has no %s".formatted(image.name(), what)));
    }

    long symbol(String name) {
        return need(info.symbol(name), "SYMBOL(" + name + ")");
    }

    long size(String name) {
        return need(info.size(name), "SIZE(" + name + ")");
    }

    int offset(String name) {
        long offset = need(info.offset(name), "OFFSET(" + name + ")");
        if (offset < 0 || offset > 1 << 16) {
            throw new VmcoreException("%s: OFFSET(%s)=%d".formatted(image.name(), name, offset));
        }
        return (int) offset;
    }
}
