package org.kjump.vmcore.arch;

import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of arm64: all its addresses go through {@code swapper_pg_dir}. How many levels it has follows from the bits of an address and
 * of a page.
 */
final class Arm64 {
    private static final int BITS_MAX = 52;
    private static final int BITS_64K = 16;

    private Arm64() {}

    static AddressSpace of(Told told) {
        long swapper = told.symbol("swapper_pg_dir");
        return new PageTableWalk(new PhysicalMemory(told.image()), root(told, swapper), paging(told));
    }

    /** Since 4.6 the image is mapped apart; VMCOREINFO says where since 4.12. Before, it was part of the linear map. */
    private static long root(Told told, long swapper) {
        if (told.info().number("kimage_voffset").isPresent()) {
            return swapper - told.number("kimage_voffset");
        }
        long linear = (1L << told.number("VA_BITS") - 1) - 1;
        return (swapper & linear) + told.info().number("PHYS_OFFSET").orElse(told.lowestPaddr());
    }

    private static Paging paging(Told told) {
        int pageShift = told.image().target().pageShift();
        int bits = usedBits(told, pageShift);
        // A processor that has fewer bits than the kernel was built for uses the end of the kernel's table of 64 KiB
        // pages; of
        // smaller ones it has a level less, whose table is whole (arch/arm64/include/asm/pgtable-hwdef.h,
        // TTBR1_BADDR_4852_OFFSET).
        int built = (int)
                Math.max(bits, Math.min(BITS_MAX, told.info().number("VA_BITS").orElse(bits)));
        int entries = pageShift - 3;
        int levels = (bits - pageShift + entries - 1) / entries;
        int translated = Math.min(built, pageShift + levels * entries);
        return Paging.littleEndian(
                new Paging.Range(bits, Paging.Above.ONES),
                8,
                Level.pageSized(pageShift, 3, translated),
                format(told.info(), pageShift, bits));
    }

    private static int usedBits(Told told, int pageShift) {
        VmcoreInfo info = told.info();
        long bits;
        if (info.number("TCR_EL1_T1SZ").isPresent()) {
            bits = 64 - told.number("TCR_EL1_T1SZ"); // since 5.9
        } else {
            bits = told.number("VA_BITS");
            // A kernel for 52 bits on a processor with 48: its addresses are above the 48-bit border, which has bit 51
            // set.
            boolean less = bits == BITS_MAX && info.symbol("mem_section").orElse(0) << Long.SIZE - BITS_MAX < 0;
            bits = less ? 48 : bits;
        }
        if (bits <= pageShift || bits > BITS_MAX) {
            throw told.bad("bits of virtual addresses", bits, "%d to %d".formatted(pageShift + 1, BITS_MAX));
        }
        return (int) bits;
    }

    /** Bits 8 and 9 are address only while the processor uses LPA2, which Linux lets it with 52 bits of virtual address. */
    private static EntryFormat format(VmcoreInfo info, int pageShift, int bits) {
        if (info.number("MAX_PHYSMEM_BITS").orElse(48) != BITS_MAX) {
            return ArmLongEntries.BITS_48;
        }
        if (pageShift == BITS_64K) {
            return ArmLongEntries.BITS_52_IN_LOW_BITS;
        }
        return bits == BITS_MAX ? ArmLongEntries.BITS_52_LPA2 : ArmLongEntries.BITS_48;
    }
}
