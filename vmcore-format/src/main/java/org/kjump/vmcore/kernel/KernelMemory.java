package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.arch.AddressSpace;
import org.kjump.vmcore.arch.PhysicalMemory;
import org.kjump.vmcore.arch.Translation;
import org.kjump.vmcore.layout.Field;
import org.kjump.vmcore.layout.Memory;

/** The virtual memory of a dumped kernel, with what its VMCOREINFO says of it. Not thread-safe. */
public final class KernelMemory implements Memory {
    /** No structure that a dump tool reads comes near it. */
    private static final long STRUCT_MAX = 1 << 20;

    private final MemoryImage image;
    private final VmcoreInfo info;
    private final AddressSpace addresses;
    private final PhysicalMemory physical;

    /**
     * Does not close {@code image}.
     *
     * @throws VmcoreException if the dump has no VMCOREINFO, or one that does not say where the page tables are
     */
    public KernelMemory(MemoryImage image) {
        this(
                image,
                VmcoreInfo.of(image.name(), image.notes())
                        .orElseThrow(() ->
                                new VmcoreException("%s doesn't contain vmcoreinfo: only levels 0 and 1 are possible"
                                        .formatted(image.name()))));
    }

    /**
     * The same with what is known of the kernel from elsewhere. Does not close {@code image}.
     *
     * @throws VmcoreException if {@code info} does not say where the page tables are
     */
    public KernelMemory(MemoryImage image, VmcoreInfo info) {
        this.image = image;
        this.info = info;
        this.addresses = AddressSpace.of(image, info);
        this.physical = new PhysicalMemory(image);
    }

    /** The same memory for use by another thread. */
    KernelMemory forAnotherThread() {
        return new KernelMemory(image, info);
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

    /**
     * @param vaddr virtual address
     * @throws VmcoreException if the kernel does not map it
     */
    public long paddr(long vaddr) {
        long paddr = addresses.paddr(vaddr);
        if (paddr == AddressSpace.UNMAPPED) {
            throw new VmcoreException(
                    "%s: can't convert a virtual address(%x) to physical address".formatted(image.name(), vaddr));
        }
        return paddr;
    }

    /**
     * How the kernel's page tables translate an address.
     *
     * @param vaddr virtual address
     * @throws VmcoreException if a page of the page tables is not in the dump
     */
    public Translation translate(long vaddr) {
        return addresses.translate(vaddr);
    }

    /** @throws VmcoreException if the kernel does not map a page of it, or the dump does not have it */
    @Override
    public void read(long vaddr, ByteBuffer target) {
        long at = vaddr;
        int limit = target.limit();
        int pageSize = image.target().pageSize();
        while (target.position() < limit) {
            int count = Math.min(limit - target.position(), pageSize - ((int) at & pageSize - 1));
            physical.read(paddr(at), target.limit(target.position() + count));
            at += count;
        }
    }

    /**
     * The pointer at an address, zero-extended.
     *
     * @throws VmcoreException as {@link #read}
     */
    public long pointer(long vaddr) {
        return unsigned(vaddr, image.target().wordBytes());
    }

    long need(OptionalLong value, String what) {
        return value.orElseThrow(() -> new VmcoreException("%s: VMCOREINFO has no %s".formatted(image.name(), what)));
    }

    /**
     * The address of a variable.
     *
     * @throws VmcoreException if VMCOREINFO does not tell
     */
    public long symbol(String name) {
        return need(info.symbol(name), "SYMBOL(" + name + ")");
    }

    /**
     * The size of a structure: 1 byte to 1 MiB.
     *
     * @throws VmcoreException if VMCOREINFO does not tell, or a size that cannot be
     */
    public int size(String name) {
        return small("SIZE(" + name + ")", need(info.size(name), "SIZE(" + name + ")"), 1);
    }

    /**
     * Where a member is in its structure: 0 bytes to 1 MiB.
     *
     * @param member such as {@code page.lru}
     * @throws VmcoreException if VMCOREINFO does not tell, or a place that cannot be
     */
    public int offset(String member) {
        return small("OFFSET(" + member + ")", need(info.offset(member), "OFFSET(" + member + ")"), 0);
    }

    /**
     * A member of struct page.
     *
     * @param name behind {@code page.}
     * @param offset in the structure
     * @throws VmcoreException if the structure is too short for it
     */
    Field pageMember(String name, int offset, int length) {
        int size = size("page");
        if (offset > size - length) {
            throw new VmcoreException("%s: VMCOREINFO: page.%s, %d bytes at offset %d: within SIZE(page)=%d expected"
                    .formatted(image.name(), name, length, offset, size));
        }
        return new Field(name, offset, length);
    }

    /** The number of elements of an array, at most {@code max}. */
    int length(String array, int max) {
        long length = need(info.length(array), "LENGTH(" + array + ")");
        if (length < 0 || length > max) {
            throw new VmcoreException(
                    "%s: VMCOREINFO: LENGTH(%s)=%d: 0 to %d expected".formatted(image.name(), array, length, max));
        }
        return (int) length;
    }

    private int small(String key, long value, int least) {
        if (value < least || value > STRUCT_MAX) {
            throw new VmcoreException(
                    "%s: VMCOREINFO: %s=%d: %d to %d expected".formatted(image.name(), key, value, least, STRUCT_MAX));
        }
        return (int) value;
    }
}
