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
     * The address space of the kernel in {@code image}.
     *
     * @throws VmcoreException if there is no class here for the machine's architecture, or VMCOREINFO lacks what it needs
     */
    static AddressSpace of(MemoryImage image, VmcoreInfo info) {
        int machine = image.target().elfMachine();
        return switch (machine) {
            case Target.EM_386, Target.EM_486 -> I386AddressSpace.of(image, info);
            case Target.EM_X86_64 -> X8664AddressSpace.of(image, info);
            case Target.EM_AARCH64 -> Arm64AddressSpace.of(image, info);
            default ->
                throw new VmcoreException(
                        "%s: kernels of machine %d (e_machine) cannot be read: 3 (i386), 62 (x86_64) or 183 (arm64) expected"
                                .formatted(image.name(), machine));
        };
    }
}
