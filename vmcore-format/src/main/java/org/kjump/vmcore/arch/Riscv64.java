package org.kjump.vmcore.arch;

import java.util.stream.LongStream;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A kernel of riscv64: all its addresses go through {@code swapper_pg_dir}, three to five levels (Sv39, Sv48, Sv57 of the RISC-V
 * privileged specification).
 */
final class Riscv64 {
    /** Where QEMU's virt board has the kernel's image, if nobody says. */
    private static final long RAM_BASE = 0x80200000L;

    private Riscv64() {}

    static AddressSpace of(Told told) {
        long bits = told.number("VA_BITS");
        if (bits != 39 && bits != 48 && bits != 57) {
            throw told.bad("NUMBER(VA_BITS)", bits, "39, 48 or 57");
        }
        Paging paging = Paging.littleEndian(
                new Paging.Range((int) bits, Paging.Above.SIGN),
                8,
                Level.pageSized(12, 3, (int) bits),
                new RiscvEntries());
        long swapper = told.symbol("swapper_pg_dir");
        PhysicalMemory memory = new PhysicalMemory(told.image());
        return PageTableWalk.choose(
                swapper, PageTableWalk.at(memory, paging, roots(told, swapper)).toList());
    }

    /** The image is mapped at the end of the address space; before 5.13 it was part of the linear map. */
    private static long[] roots(Told told, long swapper) {
        VmcoreInfo info = told.info();
        long base = info.number("phys_ram_base").orElse(RAM_BASE);
        LongStream.Builder roots = LongStream.builder();
        info.number("va_kernel_pa_offset").ifPresent(offset -> roots.add(swapper - offset));
        info.number("KERNEL_LINK_ADDR").ifPresent(linked -> roots.add(swapper - linked + base));
        info.number("PAGE_OFFSET").ifPresent(offset -> roots.add(swapper - offset + base));
        long[] found = roots.build().toArray();
        if (found.length == 0) {
            throw new VmcoreException("%s: VMCOREINFO has neither NUMBER(va_kernel_pa_offset) nor NUMBER(PAGE_OFFSET)"
                    .formatted(told.image().name()));
        }
        return found;
    }

    /** An entry with none of the rights to read, write and execute leads to a table; the number of the frame starts at bit 10. */
    private record RiscvEntries() implements EntryFormat {
        private static final int VALID = 1;
        private static final int RIGHTS = 0xe;
        private static final long FRAME = (1L << 44) - 1;
        /** Svnapot: the lowest bits of the frame's number say how many entries map one page; 64 KiB is what there is. */
        private static final int NAPOT_SHIFT = 16;

        @Override
        public Kind kind(long entry, Level level) {
            if ((entry & VALID) == 0) {
                return Kind.ABSENT;
            }
            return (entry & RIGHTS) != 0 ? Kind.PAGE : Kind.TABLE;
        }

        @Override
        public long table(long entry, Level level) {
            return (entry >>> 10 & FRAME) << 12;
        }

        @Override
        public long page(long entry, Level level) {
            return table(entry, level);
        }

        @Override
        public int pageShift(long entry, Level level) {
            return entry < 0 && level.isLowest() ? NAPOT_SHIFT : level.shift();
        }
    }
}
