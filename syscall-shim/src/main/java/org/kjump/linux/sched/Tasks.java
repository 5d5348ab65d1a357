package org.kjump.linux.sched;

import java.util.ArrayList;
import java.util.List;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/** The tasks of a kernel, found from {@code init_task} along their list. */
public record Tasks(KernelView kernel) {
    /** Where a task's first page of data is mapped; its first word is the counter that time advances. */
    public static final long DATA = 0x08049000L;

    /** Where pages begin that a task shares with another since fork: nobody writes to them. */
    static final long SHARED = 0x0a000000L;

    private static final int PRESENT = 1;

    /** A page that a task has mapped. */
    public record UserPage(long vaddr, int pfn) {}

    /** All tasks, swapper first. */
    public List<Struct> all() {
        Struct first = kernel.struct("task_struct", kernel.profile().symbol("init_task"));
        List<Struct> tasks = new ArrayList<>();
        tasks.add(first);
        for (long node : kernel.list(first.addressOf("tasks"))) {
            tasks.add(kernel.containing("task_struct", "tasks", node));
        }
        return tasks;
    }

    /** Tasks with memory of their own. */
    public List<Struct> user() {
        return all().stream().filter(task -> task.get("mm") != 0).toList();
    }

    /** The pages that a task has mapped, by address: a walk of its page tables below the kernel's half. */
    public List<UserPage> pages(Struct task) {
        List<UserPage> pages = new ArrayList<>();
        if (task.get("mm") == 0) {
            return pages;
        }
        long pgd = kernel.struct("mm_struct", task.get("mm")).get("pgd");
        Ram ram = kernel.ram();
        for (int i = 0; i < 768; i++) {
            long entry = kernel.u32(pgd + 4L * i);
            if ((entry & PRESENT) == 0) {
                continue;
            }
            for (int j = 0; j < 1024; j++) {
                int pte = ram.u32((entry & 0xfffff000L) + 4L * j);
                if ((pte & PRESENT) != 0) {
                    pages.add(new UserPage((long) i << 22 | (long) j << 12, pte >>> Ram.PAGE_SHIFT));
                }
            }
        }
        return pages;
    }

    /** The counter in a user task's memory. */
    public long counter(Struct task) {
        return pages(task).stream()
                .filter(page -> page.vaddr() == DATA)
                .mapToLong(page -> kernel.ram().u32((long) page.pfn() << Ram.PAGE_SHIFT) & 0xffffffffL)
                .findFirst()
                .orElse(0);
    }

    /** Time passes: every user task that is not frozen counts on, and writes to its pages in turn. */
    public void tick(long times) {
        kernel.setVariable("jiffies", kernel.variable("jiffies") + times);
        for (Struct task : user()) {
            if ((task.get("flags") & kernel.profile().number("PF_FROZEN")) != 0) {
                continue;
            }
            List<UserPage> own = pages(task);
            int data = (int) own.stream().filter(page -> page.vaddr() < SHARED).count();
            for (long i = 0; i < times && data > 0; i++) {
                long counter = counter(task) + 1;
                kernel.ram().setU32((long) own.get(0).pfn() << Ram.PAGE_SHIFT, (int) counter);
                int turn = (int) (counter % data);
                long word = 4 + counter * 4 % (Ram.PAGE_SIZE - 4);
                kernel.ram().setU32(((long) own.get(turn).pfn() << Ram.PAGE_SHIFT) + word, (int) counter);
            }
        }
    }
}
