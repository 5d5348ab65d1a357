package org.kjump.linux.sched;

import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.SegmentRegister;

/** Loads segment registers as the kernel's own code does: from the descriptor table in memory to which GDTR points. */
public record Descriptors(KernelView kernel) {
    /** @param segment such as {@link CpuState#SS} */
    public void load(int segment, int selector) {
        CpuState cpu = kernel.machine().cpu();
        cpu.segments[segment] =
                (selector & ~3) == 0 ? new SegmentRegister(selector, 0, 0, 0) : descriptor(cpu, selector);
    }

    private SegmentRegister descriptor(CpuState cpu, int selector) {
        long address = (cpu.gdtBase & 0xffffffffL) + (selector & 0xfff8);
        int low = (int) kernel.u32(address);
        int high = (int) kernel.u32(address + 4);
        int access = high >>> 8 & 0xffff;
        boolean usable = (selector | 7) <= cpu.gdtLimit && (access & 0x90) == 0x90; // present, code or data
        if (!usable) {
            // Nobody is there to handle it: the table of handlers needs the same descriptors.
            throw new KernelPanic("general protection fault: %04x [#1]".formatted(selector));
        }
        int base = low >>> 16 | (high & 0xff) << 16 | high & 0xff000000;
        int limit = low & 0xffff | high & 0xf0000;
        return new SegmentRegister(selector, base, (access & 0x8000) != 0 ? limit << 12 | 0xfff : limit, access);
    }
}
