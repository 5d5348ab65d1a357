package org.kjump.linux.sched;

import org.kjump.linux.view.KernelText;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.CpuState;
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
        Descriptors descriptors = new Descriptors(kernel);
        descriptors.load(CpuState.CS, KERNEL_CS);
        descriptors.load(CpuState.SS, KERNEL_DS);
        descriptors.load(CpuState.DS, USER_DS);
        descriptors.load(CpuState.ES, USER_DS);
        descriptors.load(CpuState.FS, 0);
        descriptors.load(CpuState.GS, 0);
        cpu.general[CpuState.ESP] = (int) kernel.profile().symbol("init_thread_union") + 2 * Ram.PAGE_SIZE - 0x40;
        cpu.eip = (int) kernel.profile().symbol("_stext") + KernelText.IDLE_OFFSET;
        cpu.eflags = CpuState.EFLAGS_IF | 2;
    }
}
