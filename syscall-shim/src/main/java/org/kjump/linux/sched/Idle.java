package org.kjump.linux.sched;

import org.kjump.linux.view.KernelText;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.SegmentRegister;
import org.kjump.machine.memory.Ram;

/** The idle loop: where the processor of a kernel stands that has nothing to do. */
public final class Idle {
    private static final int KERNEL_CS = 0x60;
    private static final int KERNEL_DS = 0x68;
    private static final int USER_DS = 0x7b;

    private Idle() {}

    /** Puts the processor there, with the segments of the kernel's own descriptor table and swapper's stack. */
    public static void enter(KernelView kernel) {
        CpuState cpu = kernel.machine().cpu();
        cpu.segments[CpuState.CS] = SegmentRegister.flatCode(KERNEL_CS);
        cpu.segments[CpuState.SS] = SegmentRegister.flatData(KERNEL_DS);
        cpu.segments[CpuState.DS] = SegmentRegister.flatData(USER_DS);
        cpu.segments[CpuState.ES] = SegmentRegister.flatData(USER_DS);
        cpu.segments[CpuState.FS] = new SegmentRegister(0, 0, 0, 0);
        cpu.segments[CpuState.GS] = new SegmentRegister(0, 0, 0, 0);
        cpu.general[CpuState.ESP] = (int) kernel.profile().symbol("init_thread_union") + 2 * Ram.PAGE_SIZE - 0x40;
        cpu.eip = (int) kernel.profile().symbol("_stext") + KernelText.IDLE_OFFSET;
        cpu.eflags = CpuState.EFLAGS_IF | 2;
    }
}
