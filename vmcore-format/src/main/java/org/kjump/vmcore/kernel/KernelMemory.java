package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.arch.AddressSpace;
import org.kjump.vmcore.arch.PhysicalMemory;
import org.kjump.vmcore.arch.Translation;
import org.kjump.vmcore.layout.Field;
import org.kjump.vmcore.layout.Memory;
import org.kjump.vmcore.layout.Struct;
import org.kjump.vmcore.layout.StructLayout;

/**
 * The virtual memory of a dumped kernel, with what its VMCOREINFO says of it. Not thread-safe, as it keeps the pages that it read last: each
 * thread has one of its own, made by {@link #forAnotherThread}.
 */
public final class KernelMemory implements Memory {
    /** No structure that a dump tool reads comes near it. */
    private static final long STRUCT_MAX = 1 << 20;

    private static final StructLayout UTSNAME = StructLayout.named("new_utsname")
            .bytes("sysname", 0, 65)
            .bytes("nodename", 65, 65)
            .bytes("release", 130, 65)
            .bytes("version", 195, 65)
            .bytes("machine", 260, 65)
            .bytes("domainname", 325, 65)
            .size(390);

    /** {@code struct uts_namespace} began with a reference count before VMCOREINFO told where the name is (5.11). */
    private static final int NAME_BEHIND_KREF = 4;

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
                image.vmcoreInfo()
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

    /**
     * The same memory for use by another thread; to be called by the thread that uses this one. It asks the image anew where the page
     * tables are.
     */
    public KernelMemory forAnotherThread() {
        return new KernelMemory(image, info);
    }

    /** The dump that this reads from. */
    public MemoryImage image() {
        return image;
    }

    /** All that is known of the kernel. */
    public VmcoreInfo info() {
        return info;
    }

    @Override
    public ByteOrder order() {
        return image.target().order();
    }

    /**
     * The physical address of a virtual one.
     *
     * @param vaddr virtual address, unsigned
     * @throws VmcoreException if the kernel does not map it, or a page of the page tables is not in the dump
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

    /**
     * Fills {@code target} with what is at {@code vaddr} and behind.
     *
     * @param vaddr virtual address, unsigned
     * @throws VmcoreException if the kernel does not map a page of it, or the dump does not have it
     */
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
     * The virtual address of a variable or function.
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

    /**
     * The kernel's name, struct new_utsname (include/uapi/linux/utsname.h): the texts sysname, nodename, release, version, machine and
     * domainname. None if VMCOREINFO does not tell where it is. Reading it fails if the dump does not have it there.
     */
    public Optional<Struct> utsname() {
        long namespace = info.symbol("init_uts_ns").orElse(0);
        return namespace == 0
                ? Optional.empty()
                : Optional.of(UTSNAME.at(
                        this, namespace + info.offset("uts_namespace.name").orElse(NAME_BEHIND_KREF)));
    }

    private int small(String key, long value, int least) {
        if (value < least || value > STRUCT_MAX) {
            throw new VmcoreException(
                    "%s: VMCOREINFO: %s=%d: %d to %d expected".formatted(image.name(), key, value, least, STRUCT_MAX));
        }
        return (int) value;
    }
}
