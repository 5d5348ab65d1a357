package org.kjump.linux.kexec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.kjump.linux.mm.MemMap;
import org.kjump.linux.view.KernelText;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.SegmentRegister;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/**
 * The last step before a loaded image runs: arch/x86/kernel/machine_kexec_32.c. It puts the code of the control page into
 * place and leaves the processor at its first instruction; from there on code in memory decides.
 */
public record MachineKexec(KernelView kernel) {
    private static final int CODE_MAX = 0x800;
    private static final int TABLE = 0x63;
    private static final int KERNEL_CS = 0x60;
    private static final int KERNEL_DS = 0x68;

    /** Whether there is an image for a normal kexec. */
    public boolean loaded() {
        return kernel.variable("kexec_image") != 0;
    }

    public boolean crashLoaded() {
        return kernel.variable("kexec_crash_image") != 0;
    }

    public boolean preservesContext() {
        return image().preservesContext();
    }

    private Kimage image() {
        return new Kimage(kernel, kernel.variable("kexec_image"));
    }

    /** Leaves the processor in the control page. */
    public void jump() {
        Kimage image = image();
        Struct struct = image.struct();
        long control = frame(struct.get("control_code_page"));
        long swap = frame(struct.get("swap_page"));
        long head = struct.get("head");
        kernel.ram().write(control, ByteBuffer.wrap(code()));
        pageTables(control);
        CpuState cpu = kernel.machine().cpu();
        long list = addresses(cpu, control, swap);
        push(cpu, image.preservesContext() ? 1 : 0);
        push(cpu, 1); // the processor has PAE: CR4 may be cleared
        push(cpu, (int) struct.get("start"));
        push(cpu, (int) list);
        push(cpu, (int) head);
        push(cpu, (int) kernel.profile().symbol("_stext") + KernelText.MACHINE_KEXEC_RETURN_OFFSET);
        cpu.segments[CpuState.CS] = SegmentRegister.flatCode(KERNEL_CS);
        for (int segment : new int[] {CpuState.DS, CpuState.ES, CpuState.SS, CpuState.FS, CpuState.GS}) {
            cpu.segments[segment] = SegmentRegister.flatData(KERNEL_DS);
        }
        cpu.gdtBase = (int) KernelView.PAGE_OFFSET;
        cpu.gdtLimit = 0;
        cpu.idtBase = (int) KernelView.PAGE_OFFSET;
        cpu.idtLimit = 0;
        cpu.eflags &= ~CpuState.EFLAGS_IF;
        cpu.eip = (int) KernelView.vaddr(control);
    }

    /** What the call into the control page gave back: where the peer wants to be entered next time. */
    public void returned(int peerEntry) {
        image().struct().set("start", peerEntry & 0xffffffffL);
    }

    /** The physical address of the page that a struct page describes. */
    private long frame(long page) {
        long index = (page - new MemMap(kernel).page(0))
                / kernel.profile().struct("page").size();
        return index << Ram.PAGE_SHIFT;
    }

    /** kexec_pgd maps the control page, and nothing else, at its virtual and at its physical address. */
    private void pageTables(long control) {
        long pgd = kernel.profile().symbol("kexec_pgd");
        for (String table : new String[] {"kexec_pgd", "kexec_pte0", "kexec_pte1"}) {
            kernel.ram().clearPage(KernelView.pfn(kernel.profile().symbol(table)));
        }
        map(pgd, kernel.profile().symbol("kexec_pte0"), KernelView.vaddr(control), control);
        map(pgd, kernel.profile().symbol("kexec_pte1"), control, control);
    }

    private void map(long pgd, long table, long vaddr, long paddr) {
        kernel.setU32(pgd + 4 * (vaddr >> 22), KernelView.paddr(table) | TABLE);
        kernel.setU32(table + 4 * (vaddr >> 12 & 0x3ff), paddr | TABLE);
    }

    /** The array page_list on the stack; this code's own order of entries. */
    private long addresses(CpuState cpu, long control, long swap) {
        push(cpu, (int) swap);
        push(cpu, (int) KernelView.paddr(kernel.profile().symbol("kexec_pgd")));
        push(cpu, (int) KernelView.vaddr(control));
        push(cpu, (int) control);
        return cpu.general[CpuState.ESP] & 0xffffffffL;
    }

    private void push(CpuState cpu, int value) {
        cpu.general[CpuState.ESP] -= 4;
        kernel.setU32(cpu.general[CpuState.ESP] & 0xffffffffL, value);
    }

    private static byte[] code() {
        try (InputStream in = MachineKexec.class.getResourceAsStream("control-page.bin")) {
            if (in == null) {
                throw new IllegalStateException("control-page.bin is not among the resources");
            }
            byte[] code = in.readAllBytes();
            if (code.length > CODE_MAX) {
                throw new IllegalStateException("control-page.bin has %d bytes".formatted(code.length));
            }
            return code;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
