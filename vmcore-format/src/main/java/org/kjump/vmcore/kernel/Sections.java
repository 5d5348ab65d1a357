package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;

/** SPARSEMEM: a struct mem_section for each section of physical memory, in one array or (EXTREME) in pages that an array leads to. */
final class Sections {
    private static final long PRESENT = 1;
    /** 2^49 bytes in sections of x86_64. */
    private static final int MAX = 1 << 22;
    /** No 32-bit kernel's addresses start below it. */
    private static final long KERNEL_32 = 0x40000000L;

    private final KernelMemory kernel;
    private final long limit;
    private final int size;
    private final int perRoot;
    private final int shift;
    private final boolean isExtreme;
    private final int pageSize;

    private Sections(KernelMemory kernel, long limit) {
        this.kernel = kernel;
        this.limit = limit;
        this.size = kernel.size("mem_section");
        this.perRoot = kernel.image().target().pageSize() / size;
        this.pageSize = kernel.size("page");
        SectionBits bits = SectionBits.of(kernel, perRoot);
        this.shift = bits.section() - kernel.image().target().pageShift();
        OptionalLong length = kernel.info().length("mem_section");
        this.isExtreme = perRoot > 0 && (length.isEmpty() || bits.inRoots(length.getAsLong(), perRoot));
        if (limit >>> shift >= MAX) {
            throw new VmcoreException(
                    "%s: page frames up to 0x%x in sections of 2^%d bytes: at most %d sections expected"
                            .formatted(kernel.image().name(), limit, bits.section(), MAX));
        }
    }

    /** The arrays of struct pages of those sections that have one, in order. */
    static List<MemMap> of(KernelMemory kernel, long limit) {
        return new Sections(kernel, limit).maps();
    }

    /** Since 4.15 mem_section is a pointer; VMCOREINFO names what it points to, a vmlinux the pointer. */
    private List<MemMap> maps() {
        long symbol = kernel.symbol("mem_section");
        List<MemMap> maps = List.of();
        String why = "no section has a mem_map";
        try {
            maps = at(symbol);
        } catch (VmcoreException e) {
            why = String.valueOf(e.getMessage());
        }
        if (maps.isEmpty()) {
            try {
                maps = at(kernel.pointer(symbol));
            } catch (VmcoreException e) {
                throw invalid(symbol, why, e);
            }
        }
        if (maps.isEmpty()) {
            throw invalid(symbol, why, null);
        }
        return maps;
    }

    private VmcoreException invalid(long symbol, String why, @Nullable Throwable cause) {
        String message = "%s: could not validate mem_section at %x: %s"
                .formatted(kernel.image().name(), symbol, why);
        return cause == null ? new VmcoreException(message) : new VmcoreException(message, cause);
    }

    private List<MemMap> at(long table) {
        List<MemMap> maps = new ArrayList<>();
        for (long section = 0; section << shift < limit; section++) {
            long struct = isExtreme ? inRoot(table, section) : table + section * size;
            long map = struct == 0 ? 0 : memMap(struct, section);
            if (map != 0) {
                long start = section << shift;
                maps.add(new MemMap(start, Math.min(limit, start + (1L << shift)), map));
            }
        }
        return maps;
    }

    private long inRoot(long table, long section) {
        int word = kernel.image().target().wordBytes();
        long root = kernel.pointer(table + section / perRoot * word);
        return root == 0 ? 0 : root + section % perRoot * size;
    }

    /**
     * The struct pages of a section: the kernel keeps their address minus that of the section's first frame, and flags in the low
     * bits: five, and a sixth since 6.15 (include/linux/mmzone.h). The arrays start at cache lines, which have 64 bytes at least on
     * 64-bit machines, and 32 on others.
     */
    private long memMap(long struct, long section) {
        long value = kernel.pointer(struct + kernel.offset("mem_section.section_mem_map"));
        if ((value & PRESENT) == 0) {
            return 0;
        }
        boolean isWide = kernel.image().target().wordBytes() == 8;
        long map = (value & (isWide ? -64 : -32)) + (section << shift) * pageSize;
        if (!isKernels(isWide ? map : map & 0xffffffffL)) {
            throw new VmcoreException("section %d: mem_map %x is no address of the kernel".formatted(section, map));
        }
        return isWide ? map : map & 0xffffffffL;
    }

    /** Kernels live in the upper half of the address space, but for those of s390x, which have one of their own. */
    private boolean isKernels(long vaddr) {
        Target target = kernel.image().target();
        if (target.wordBytes() == 4) {
            return vaddr >= KERNEL_32;
        }
        return target.elfMachine() == Target.EM_S390 ? vaddr > 0 : vaddr < 0;
    }
}
