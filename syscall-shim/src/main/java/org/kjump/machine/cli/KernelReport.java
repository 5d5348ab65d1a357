package org.kjump.machine.cli;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.sched.Tasks;
import org.kjump.linux.sched.Tasks.UserPage;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineException;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/** The running kernel as its memory shows it. */
record KernelReport(KernelView kernel) {
    /** A user task with what it owns. */
    record TaskLine(long pid, String comm, long state, long counter, List<UserPage> pages, String checksum) {}

    static KernelReport of(Machine machine) {
        return new KernelReport(
                KernelView.running(machine).orElseThrow(() -> new MachineException("no kernel runs on this machine")));
    }

    static String describe(Machine machine) {
        return KernelView.running(machine)
                .map(kernel -> kernel.profile().release() + " [" + kernel.commandLine() + "]")
                .orElse("none");
    }

    List<TaskLine> tasks() {
        Tasks tasks = new Tasks(kernel);
        List<TaskLine> lines = new ArrayList<>();
        for (Struct task : tasks.all()) {
            List<UserPage> pages = tasks.pages(task);
            MessageDigest digest = sha256();
            pages.forEach(page -> digest.update(kernel.ram().peekPage(page.pfn())));
            lines.add(new TaskLine(
                    task.get("pid"),
                    task.string("comm"),
                    task.get("state"),
                    tasks.counter(task),
                    pages,
                    HexFormat.of().formatHex(digest.digest())));
        }
        return lines;
    }

    String checksum(UserPage page) {
        return HexFormat.of().formatHex(sha256().digest(kernel.ram().peekPage(page.pfn())));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Frames of memory by what they are used for. */
    record MemoryLine(String name, long pages) {}

    List<MemoryLine> memory() {
        long owned = tasks().stream().mapToLong(task -> task.pages().size()).sum();
        return List.of(
                new MemoryLine("machine", kernel.ram().size() / Ram.PAGE_SIZE),
                new MemoryLine("kernel's map", kernel.variable("max_pfn")),
                new MemoryLine("free", new PageAllocator(kernel).freePages()),
                new MemoryLine("mapped by tasks", owned));
    }
}
