package org.kjump.linux.sched;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.kjump.linux.mm.Gfp;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.mm.Slab;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/** Makes tasks while a kernel boots: their structures, stacks, page tables and pages. */
public final class TaskFactory {
    private static final long STACK_TOP = 0xc0000000L;
    private static final int USER_TABLE = 0x67;
    private static final int VM_READ_WRITE = 0x100073;
    /** CAP_INIT_EFF_SET of include/linux/capability.h: all but CAP_SETPCAP. */
    private static final long ALL_CAPABILITIES = ~(1L << 8);

    private final KernelView kernel;
    private final PageAllocator allocator;

    public TaskFactory(KernelView kernel) {
        this.kernel = kernel;
        this.allocator = new PageAllocator(kernel);
    }

    /** {@code init_task}, on the stack that the kernel's image holds for it. */
    public void swapper() {
        long task = kernel.profile().symbol("init_task");
        long stack = kernel.profile().symbol("init_thread_union");
        kernel.initList(kernel.struct("task_struct", task).addressOf("tasks"));
        fill(task, stack, 0, "swapper", 0, threadFlags() | number("PF_NOFREEZE"));
    }

    private long number(String name) {
        return kernel.profile().number(name) & 0xffffffffL;
    }

    private long threadFlags() {
        return number("PF_FREEZER_NOSIG") | number("PF_KTHREAD") | number("PF_FORKNOEXEC");
    }

    /** A kernel thread that the freezer leaves alone. */
    public void kernelThread(int pid, String comm) {
        task(pid, comm, threadFlags() | number("PF_NOFREEZE"));
    }

    /** A kernel thread that is frozen after user space. */
    public void freezableThread(int pid, String comm) {
        task(pid, comm, threadFlags());
    }

    /** A process with {@code dataPages} pages of its own, every eighth of them zero, and a stack page. */
    public Struct process(int pid, String comm, int dataPages) {
        Struct task = task(pid, comm, number("PF_RANDOMIZE") | number("PF_SUPERPRIV"));
        long mm = object("mm_struct");
        long pgd = tablePage();
        for (int i = 768; i < 1024; i++) {
            kernel.setU32(pgd + 4L * i, kernel.u32(kernel.profile().symbol("swapper_pg_dir") + 4L * i));
        }
        Struct structure = kernel.struct("mm_struct", mm);
        structure.set("pgd", pgd);
        structure.set("mm_users", 1);
        structure.set("mm_count", 1);
        structure.set("task_size", STACK_TOP);
        task.set("mm", mm);
        task.set("active_mm", mm);
        SplittableRandom random = new SplittableRandom(pid);
        long dataVma = object("vm_area_struct");
        long stackVma = object("vm_area_struct");
        long dataAnon = object("anon_vma");
        long stackAnon = object("anon_vma");
        for (int i = 0; i < dataPages; i++) {
            mapAnonymous(pgd, Tasks.DATA + (long) i * Ram.PAGE_SIZE, dataAnon, i % 8 == 7, random);
        }
        mapAnonymous(pgd, STACK_TOP - Ram.PAGE_SIZE, stackAnon, false, random);
        kernel.ram().setU32((long) new Tasks(kernel).pages(task).get(0).pfn() << Ram.PAGE_SHIFT, 0);
        long dataEnd = Tasks.DATA + (long) dataPages * Ram.PAGE_SIZE;
        area(dataVma, mm, Tasks.DATA, dataEnd, stackVma, dataAnon);
        area(stackVma, mm, STACK_TOP - Ram.PAGE_SIZE, STACK_TOP, 0, stackAnon);
        structure.set("mmap", dataVma);
        structure.set("map_count", 2);
        structure.set("total_vm", dataPages + 1);
        structure.set("start_data", Tasks.DATA);
        structure.set("end_data", dataEnd);
        structure.set("start_stack", STACK_TOP - 16);
        return task;
    }

    /** As after fork: {@code child} maps the first {@code pages} pages of {@code parent} too, both without the right to write. */
    public void share(Struct parent, Struct child, int pages) {
        long from = kernel.struct("mm_struct", parent.get("mm")).get("pgd");
        long to = kernel.struct("mm_struct", child.get("mm")).get("pgd");
        long anonVma = object("anon_vma");
        for (int i = 1; i <= pages; i++) {
            long vaddr = Tasks.SHARED + (long) i * Ram.PAGE_SIZE;
            int pfn = page(Gfp.HIGHUSER_MOVABLE);
            allocator.memMap().setAnonymous(pfn, anonVma, vaddr, 2);
            fillPage(pfn, new SplittableRandom(vaddr + parent.get("pid")));
            map(from, vaddr, pfn, 0x25);
            map(to, vaddr, pfn, 0x25);
        }
    }

    private Struct task(int pid, String comm, long flags) {
        long task = object("task_struct");
        int stack = allocator.allocateZeroed(Gfp.KERNEL, 1).orElseThrow(() -> new KernelPanic("no memory for a stack"));
        Struct structure =
                fill(task, KernelView.pageAddress(stack), pid, comm, (int) number("TASK_INTERRUPTIBLE"), flags);
        Struct first = kernel.struct("task_struct", kernel.profile().symbol("init_task"));
        kernel.addToListTail(first.addressOf("tasks"), structure.addressOf("tasks"));
        return structure;
    }

    private Struct fill(long address, long stack, int pid, String comm, int state, long flags) {
        Struct task = kernel.struct("task_struct", address);
        task.set("state", state);
        task.set("stack", stack);
        task.set("usage", 2);
        task.set("flags", flags);
        task.set("pid", pid);
        task.set("tgid", pid);
        task.setString("comm", comm);
        task.set("group_leader", address);
        task.set("cap_effective", ALL_CAPABILITIES);
        kernel.initList(task.addressOf("children"));
        kernel.initList(task.addressOf("sibling"));
        kernel.initList(task.addressOf("thread_group"));
        task.set("parent", kernel.profile().symbol("init_task"));
        task.set("real_parent", kernel.profile().symbol("init_task"));
        long top = stack + 2 * Ram.PAGE_SIZE;
        task.set("thread.sp0", top);
        // A sleeping task's frame: ebp and eflags.
        task.set("thread.sp", top - 0x80);
        kernel.setU32(top - 0x7c, 0x246);
        Struct info = kernel.struct("thread_info", stack);
        info.set("task", address);
        info.set("addr_limit", (flags & number("PF_KTHREAD")) == 0 ? STACK_TOP : 0xffffffffL);
        return task;
    }

    private void area(long address, long mm, long start, long end, long next, long anonVma) {
        Struct vma = kernel.struct("vm_area_struct", address);
        vma.set("vm_mm", mm);
        vma.set("vm_start", start);
        vma.set("vm_end", end);
        vma.set("vm_next", next);
        vma.set("vm_flags", VM_READ_WRITE);
        vma.set("anon_vma", anonVma);
    }

    private void mapAnonymous(long pgd, long vaddr, long anonVma, boolean zero, SplittableRandom random) {
        int pfn = page(Gfp.HIGHUSER_MOVABLE);
        allocator.memMap().setAnonymous(pfn, anonVma, vaddr, 1);
        if (!zero) {
            fillPage(pfn, random);
        }
        map(pgd, vaddr, pfn, USER_TABLE);
    }

    private void fillPage(int pfn, SplittableRandom random) {
        ByteBuffer bytes = ByteBuffer.allocate(Ram.PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putLong(random.nextLong());
        }
        kernel.ram().write((long) pfn << Ram.PAGE_SHIFT, bytes.flip());
    }

    private void map(long pgd, long vaddr, int pfn, int bits) {
        long slot = pgd + 4L * (vaddr >> 22);
        if (kernel.u32(slot) == 0) {
            kernel.setU32(slot, KernelView.paddr(tablePage()) | USER_TABLE);
        }
        long table = KernelView.vaddr(kernel.u32(slot) & 0xfffff000L);
        kernel.setU32(table + 4L * (vaddr >> 12 & 0x3ff), (long) pfn << Ram.PAGE_SHIFT | bits);
    }

    private int page(Gfp gfp) {
        return allocator.allocateZeroed(gfp, 0).orElseThrow(() -> new KernelPanic("Out of memory while tasks start"));
    }

    private long object(String struct) {
        return new Slab(kernel).allocate(struct).orElseThrow(() -> new KernelPanic("Out of memory while tasks start"));
    }

    private long tablePage() {
        int pfn = page(Gfp.KERNEL);
        allocator.memMap().setPageTable(pfn);
        return KernelView.pageAddress(pfn);
    }
}
