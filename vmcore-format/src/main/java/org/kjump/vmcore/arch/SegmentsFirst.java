package org.kjump.vmcore.arch;

import org.kjump.vmcore.VmcoreException;

/**
 * Addresses that the dump's segments name, then those of the kernel's page tables. Whoever asks how an address is translated is shown
 * the tables, if they know it.
 */
record SegmentsFirst(SegmentMap segments, AddressSpace tables) implements AddressSpace {
    @Override
    public long paddr(long vaddr) {
        long paddr = segments.paddr(vaddr);
        return paddr != UNMAPPED ? paddr : tables.paddr(vaddr);
    }

    @Override
    public Translation translate(long vaddr) {
        long told = segments.paddr(vaddr);
        try {
            Translation translation = tables.translate(vaddr);
            return told == UNMAPPED || translation.paddr() == told ? translation : Translation.byRule(vaddr, told);
        } catch (VmcoreException e) {
            if (told == UNMAPPED) {
                throw e;
            }
            return Translation.byRule(vaddr, told);
        }
    }
}
