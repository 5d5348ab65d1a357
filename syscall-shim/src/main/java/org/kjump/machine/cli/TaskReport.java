package org.kjump.machine.cli;

import java.io.PrintStream;
import org.kjump.machine.memory.Ram;

/** The running kernel's tasks, with what they own. */
record TaskReport(KernelReport report) {
    String json() {
        return JsonObject.array(report.tasks(), this::task);
    }

    private JsonObject task(KernelReport.TaskLine task) {
        return new JsonObject()
                .put("pid", task.pid())
                .put("comm", task.comm())
                .put("state", task.state())
                .put("counter", task.counter())
                .put("sha256", task.checksum())
                .put(
                        "pages",
                        task.pages(),
                        page -> new JsonObject()
                                .put("vaddr", page.vaddr())
                                .put("pfn", page.pfn())
                                .put("sha256", report.checksum(page)));
    }

    void print(PrintStream out) {
        out.println("PID COMM STATE COUNTER PAGES SHA256");
        for (KernelReport.TaskLine task : report.tasks()) {
            out.printf(
                    "%d %s %d %d %d %s%n",
                    task.pid(),
                    task.comm(),
                    task.state(),
                    task.counter(),
                    task.pages().size(),
                    task.checksum());
        }
    }

    void printPages(PrintStream out) {
        out.println("PID VADDR PADDR SHA256");
        for (KernelReport.TaskLine task : report.tasks()) {
            task.pages()
                    .forEach(page -> out.printf(
                            "%d %08x %08x %s%n",
                            task.pid(), page.vaddr(), (long) page.pfn() << Ram.PAGE_SHIFT, report.checksum(page)));
        }
    }
}
