package org.kjump.vmcore.arch;

import java.util.List;

/**
 * How a virtual address was translated. Immutable.
 *
 * @param vaddr the virtual address, unsigned
 * @param paddr the physical address, or {@link AddressSpace#UNMAPPED}
 * @param steps from the topmost table down, as far as the walk came; none if no table was asked
 */
public record Translation(long vaddr, long paddr, List<Step> steps) {
    /**
     * A look into a table.
     *
     * @param level what Linux calls it: PGD, P4D, PUD, PMD or PTE
     * @param address physical address of the entry
     * @param entry its value, as the processor sees it
     */
    public record Step(String level, long address, long entry) {}

    public Translation {
        steps = List.copyOf(steps);
    }

    static Translation byRule(long vaddr, long paddr) {
        return new Translation(vaddr, paddr, List.of());
    }

    /** Whether the kernel maps the address. */
    public boolean isMapped() {
        return paddr != AddressSpace.UNMAPPED;
    }
}
