package org.kjump.vmcore.kernel;

import java.util.List;
import java.util.OptionalLong;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;

/**
 * How physical memory is cut into sections: {@code SECTION_SIZE_BITS} and {@code MAX_PHYSMEM_BITS} (asm/sparsemem.h). VMCOREINFO
 * tells them since 5.13 and 5.9; those of earlier kernels are known, and where there were several, the number of sections tells.
 *
 * @param section log2 of a section's size in bytes
 * @param memory log2 of the size of physical memory that the kernel is made for
 */
record SectionBits(int section, int memory) {
    /** Sv57 of riscv64 has 56 bits of physical address, the most of all. */
    private static final int BITS_MAX = 56;

    /** i386; with PAE from 2.6.26 on, and before. */
    private static final List<SectionBits> I386 = List.of(new SectionBits(26, 32));

    private static final List<SectionBits> I386_PAE = List.of(new SectionBits(29, 36), new SectionBits(30, 36));
    /** x86_64 from 2.6.31 on, with five levels of page tables, 2.6.26 to 2.6.30, and before. */
    private static final List<SectionBits> X86_64 =
            List.of(new SectionBits(27, 46), new SectionBits(27, 52), new SectionBits(27, 44), new SectionBits(27, 40));

    /** arm64 before and from 5.12 on, with pages of 4 KiB. */
    private static final List<SectionBits> ARM64 = List.of(new SectionBits(30, 48), new SectionBits(27, 48));

    private static final List<SectionBits> ARM = List.of(new SectionBits(28, 32));
    private static final List<SectionBits> RISCV64 = List.of(new SectionBits(27, 56));
    private static final List<SectionBits> LOONGARCH64 = List.of(new SectionBits(29, 48));
    /** ppc64 before 3.7, from then on, from 4.15 on, and from 4.20 on. */
    private static final List<SectionBits> PPC64 =
            List.of(new SectionBits(24, 44), new SectionBits(24, 46), new SectionBits(24, 47), new SectionBits(24, 51));

    /** s390x before and from 3.3 on. */
    private static final List<SectionBits> S390X = List.of(new SectionBits(28, 42), new SectionBits(28, 46));

    static SectionBits of(KernelMemory kernel, int perRoot) {
        List<SectionBits> usual = usual(kernel);
        List<SectionBits> candidates = usual.stream()
                .map(each -> new SectionBits(
                        told(kernel, "SECTION_SIZE_BITS", each.section), told(kernel, "MAX_PHYSMEM_BITS", each.memory)))
                .toList();
        OptionalLong length = kernel.info().length("mem_section");
        return candidates.stream()
                .filter(each -> length.isPresent()
                        && (length.getAsLong() == each.sections() || each.inRoots(length.getAsLong(), perRoot)))
                .findFirst()
                .orElse(candidates.get(0));
    }

    private static List<SectionBits> usual(KernelMemory kernel) {
        return switch (kernel.image().target().elfMachine()) {
            case Target.EM_AARCH64 -> ARM64;
            case Target.EM_X86_64 -> X86_64;
            case Target.EM_ARM -> ARM;
            case Target.EM_RISCV -> RISCV64;
            case Target.EM_LOONGARCH -> LOONGARCH64;
            case Target.EM_PPC64 -> PPC64;
            case Target.EM_S390 -> S390X;
            default -> kernel.info().text("CONFIG_X86_PAE").isPresent() ? I386_PAE : I386;
        };
    }

    private static int told(KernelMemory kernel, String name, int usual) {
        long bits = kernel.info().number(name).orElse(usual);
        if (bits < 20 || bits > BITS_MAX) {
            throw new VmcoreException("%s: VMCOREINFO: NUMBER(%s)=%d: 20 to %d expected"
                    .formatted(kernel.image().name(), name, bits, BITS_MAX));
        }
        return (int) bits;
    }

    private long sections() {
        return 1L << Math.max(0, memory - section);
    }

    /** Whether {@code length} is that of an array of roots, each of which holds {@code perRoot} sections. */
    boolean inRoots(long length, int perRoot) {
        return perRoot > 0 && length == (sections() + perRoot - 1) / perRoot;
    }
}
