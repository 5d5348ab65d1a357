package org.kjump.vmcore.arch;

import java.util.OptionalLong;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of x86_64: all its addresses go through its own page tables. Their root is a symbol of the kernel image, which lies at
 * {@code __START_KERNEL_map} and physically at {@code phys_base} behind its link address; symbols in VMCOREINFO have KASLR's offset
 * in them already.
 */
final class X8664AddressSpace {
    /** arch/x86/include/asm/page_64_types.h */
    private static final long START_KERNEL_MAP = 0xffffffff80000000L;

    private static final long ADDRESS = 0x000ffffffffff000L;

    private X8664AddressSpace() {}

    static AddressSpace of(MemoryImage image, VmcoreInfo info) {
        OptionalLong newName = info.symbol("init_top_pgt");
        OptionalLong root = newName.isPresent() ? newName : info.symbol("init_level4_pgt");
        long vaddr = root.orElseThrow(() -> new VmcoreException(
                "%s: VMCOREINFO has neither SYMBOL(init_top_pgt) nor SYMBOL(init_level4_pgt)".formatted(image.name())));
        boolean five = info.number("pgtable_l5_enabled").orElse(0) != 0;
        return new X86PageTables(
                new PhysicalMemory(image),
                vaddr - START_KERNEL_MAP + physBase(image, info),
                five ? X86PageTables.Mode.FIVE_LEVELS : X86PageTables.Mode.FOUR_LEVELS,
                ADDRESS & ~info.number("sme_mask").orElse(0));
    }

    /** VMCOREINFO says it since 4.10; before, the segment of the kernel's text tells. */
    private static long physBase(MemoryImage image, VmcoreInfo info) {
        OptionalLong told = info.number("phys_base");
        if (told.isPresent()) {
            return told.getAsLong();
        }
        for (Segment segment : image.segments()) {
            if (Long.compareUnsigned(segment.vaddr(), START_KERNEL_MAP) >= 0 && segment.vaddr() != Segment.UNMAPPED) {
                return segment.paddr() - (segment.vaddr() - START_KERNEL_MAP);
            }
        }
        return 0;
    }
}
