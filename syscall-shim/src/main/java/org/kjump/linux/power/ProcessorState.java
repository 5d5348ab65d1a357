package org.kjump.linux.power;

import org.kjump.linux.sched.Descriptors;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.CpuState;
import org.kjump.vmcore.layout.Struct;

/**
 * {@code saved_context}: what of the processor is not on a stack, in the kernel's memory during a jump (arch/x86/power/cpu_32.c of
 * 2.6.27). The descriptor tables come back before the segments that are loaded from them.
 */
record ProcessorState(KernelView kernel) {
    private Struct saved() {
        return kernel.struct("saved_context", kernel.profile().symbol("saved_context"));
    }

    void save() {
        CpuState cpu = kernel.machine().cpu();
        Struct saved = saved();
        saved.set("gdt_limit", cpu.gdtLimit);
        saved.set("gdt_base", cpu.gdtBase);
        saved.set("idt_limit", cpu.idtLimit);
        saved.set("idt_base", cpu.idtBase);
        saved.set("ldt", cpu.ldtSelector);
        saved.set("tr", cpu.taskSelector);
        saved.set("es", cpu.segments[CpuState.ES].selector());
        saved.set("fs", cpu.segments[CpuState.FS].selector());
        saved.set("gs", cpu.segments[CpuState.GS].selector());
        saved.set("ss", cpu.segments[CpuState.SS].selector());
        saved.set("cr0", cpu.cr0);
        saved.set("cr2", cpu.cr2);
        saved.set("cr3", cpu.cr3);
        saved.set("cr4", cpu.cr4);
    }

    void restore() {
        CpuState cpu = kernel.machine().cpu();
        Struct saved = saved();
        cpu.cr4 = (int) saved.get("cr4");
        cpu.cr3 = (int) saved.get("cr3");
        cpu.cr2 = (int) saved.get("cr2");
        cpu.cr0 = (int) saved.get("cr0");
        cpu.gdtLimit = (int) saved.get("gdt_limit");
        cpu.gdtBase = (int) saved.get("gdt_base");
        cpu.idtLimit = (int) saved.get("idt_limit");
        cpu.idtBase = (int) saved.get("idt_base");
        Descriptors descriptors = new Descriptors(kernel);
        descriptors.load(CpuState.SS, (int) saved.get("ss"));
        descriptors.load(CpuState.ES, (int) saved.get("es"));
        descriptors.load(CpuState.FS, (int) saved.get("fs"));
        descriptors.load(CpuState.GS, (int) saved.get("gs"));
        cpu.taskSelector = (int) saved.get("tr");
        cpu.ldtSelector = (int) saved.get("ldt");
    }
}
