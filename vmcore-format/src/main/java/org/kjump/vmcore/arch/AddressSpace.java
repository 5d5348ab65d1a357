package org.kjump.vmcore.arch;

import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/** The virtual addresses of a dumped kernel. Not thread-safe: an implementation may keep the pages that it read last. */
public interface AddressSpace {
    /** What {@link #paddr} answers for an address that the kernel does not map. */
    long UNMAPPED = -1;

    /**
     * @param vaddr virtual address, unsigned
     * @return physical address, or {@link #UNMAPPED}
     * @throws VmcoreException if a page of the page tables is not in the dump
     */
    long paddr(long vaddr);

    /**
     * The same answer with the entries of page tables that lead to it; without any where a rule or the dump's own segments tell.
     *
     * @throws VmcoreException if a page of the page tables is not in the dump
     */
    default Translation translate(long vaddr) {
        return Translation.byRule(vaddr, paddr(vaddr));
    }

    /**
     * The address space of the kernel in {@code image}.
     *
     * @throws VmcoreException if there is no class here for the machine's architecture, or VMCOREINFO lacks what it needs
     */
    static AddressSpace of(MemoryImage image, VmcoreInfo info) {
        Told told = new Told(image, info);
        int machine = image.target().elfMachine();
        return switch (machine) {
            case Target.EM_386, Target.EM_486 -> I386.of(told);
            case Target.EM_X86_64 -> X8664.of(told);
            case Target.EM_AARCH64 -> Arm64.of(told);
            case Target.EM_ARM -> Arm.of(told);
            case Target.EM_RISCV -> Riscv64.of(told);
            case Target.EM_S390 -> S390x.of(told);
            case Target.EM_PPC64 -> Ppc64.of(told);
            case Target.EM_LOONGARCH -> LoongArch64.of(told);
            default ->
                throw new VmcoreException(
                        "%s: kernels of machine %d (e_machine) cannot be read: 3 (i386), 21 (ppc64), 22 (s390x), 40 (arm), 62 (x86_64), 183 (arm64), 243 (riscv64) or 258 (loongarch64) expected"
                                .formatted(image.name(), machine));
        };
    }
}
