package org.kjump.vmcore.arch;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of x86_64: all its addresses go through its own page tables. Their root is a symbol of the kernel image, which lies at
 * {@code __START_KERNEL_map} and physically at {@code phys_base} behind its link address; symbols in VMCOREINFO have KASLR's offset
 * in them already.
 */
final class X8664 {
    /** arch/x86/include/asm/page_64_types.h */
    private static final long START_KERNEL_MAP = 0xffffffff80000000L;
    /** The least that CONFIG_PHYSICAL_ALIGN of a 64-bit kernel can be: images start at multiples of it. */
    private static final long IMAGE_ALIGNMENT = 1 << 21;

    private X8664() {}

    static AddressSpace of(Told told) {
        long vaddr = root(told);
        PhysicalMemory memory = new PhysicalMemory(told.image());
        Paging paging = paging(told.info());
        long linked = vaddr - START_KERNEL_MAP;
        List<PageTableWalk> candidates = physBases(told)
                .mapToObj(base -> new PageTableWalk(memory, linked + base, paging))
                .toList();
        PageTableWalk chosen = PageTableWalk.choose(vaddr, candidates);
        if (told.info().number("phys_base").isPresent() || chosen.mapsItself(vaddr)) {
            return chosen;
        }
        return search(told.image(), linked & IMAGE_ALIGNMENT - 1, memory, paging, vaddr)
                .orElse(chosen);
    }

    private static long root(Told told) {
        OptionalLong newName = told.info().symbol("init_top_pgt");
        OptionalLong root = newName.isPresent() ? newName : told.info().symbol("init_level4_pgt");
        return root.orElseThrow(
                () -> new VmcoreException("%s: VMCOREINFO has neither SYMBOL(init_top_pgt) nor SYMBOL(init_level4_pgt)"
                        .formatted(told.image().name())));
    }

    private static Paging paging(VmcoreInfo info) {
        X86Entries entries =
                new X86Entries(X86Entries.ADDRESS_52 & ~info.number("sme_mask").orElse(0), 30);
        boolean five = info.number("pgtable_l5_enabled").orElse(0) != 0;
        return five
                ? Paging.littleEndian(
                        new Paging.Range(57, Paging.Above.SIGN), 8, Level.stack(12, 9, 9, 9, 9, 9), entries)
                : Paging.littleEndian(new Paging.Range(48, Paging.Above.SIGN), 8, Level.stack(12, 9, 9, 9, 9), entries);
    }

    /** VMCOREINFO says it since 4.10; before, the segment of the kernel's text tells. */
    private static LongStream physBases(Told told) {
        OptionalLong number = told.info().number("phys_base");
        if (number.isPresent()) {
            return LongStream.of(number.getAsLong());
        }
        LongStream text = told.image().segments().stream()
                .filter(segment -> Long.compareUnsigned(segment.vaddr(), START_KERNEL_MAP) >= 0
                        && segment.vaddr() != Segment.UNMAPPED)
                .limit(8)
                .mapToLong(segment -> segment.paddr() - (segment.vaddr() - START_KERNEL_MAP));
        return LongStream.concat(text, LongStream.of(0));
    }

    /** Kernels before 4.10 in a hypervisor's dump, which knows no virtual addresses: KASLR moves the image by whole 2 MiB. */
    private static Optional<PageTableWalk> search(
            MemoryImage image, long first, PhysicalMemory memory, Paging paging, long vaddr) {
        int shift = image.target().pageShift();
        long limit = image.pfnLimit();
        for (long root = first; root >>> shift < limit; ) {
            long pfn = root >>> shift;
            long next = image.nextReadable(pfn);
            if (next < 0) {
                break;
            }
            PageTableWalk walk = new PageTableWalk(memory, root, paging);
            if (next == pfn && walk.mapsItself(vaddr)) {
                return Optional.of(walk);
            }
            long steps = Math.max(1, ((next << shift) - root) / IMAGE_ALIGNMENT);
            root += steps * IMAGE_ALIGNMENT;
        }
        return Optional.empty();
    }
}
