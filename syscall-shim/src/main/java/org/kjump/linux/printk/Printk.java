package org.kjump.linux.printk;

import java.nio.charset.StandardCharsets;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;

/**
 * The kernel's log: a ring of characters in memory whose indices run freely, and the serial console that follows it
 * (kernel/printk.c). While the console is suspended its index stays behind; what it missed comes when it resumes.
 */
public record Printk(KernelView kernel) {
    private static final int UART = 0x3f8;

    /** Empties the log. */
    public void init() {
        kernel.setVariable("log_buf", kernel.profile().symbol("__log_buf"));
        kernel.setVariable("log_buf_len", kernel.profile().number("LOG_BUF_LEN"));
        for (String index : new String[] {"log_start", "con_start", "log_end", "logged_chars", "console_suspended"}) {
            kernel.setVariable(index, 0);
        }
    }

    /** A line at level 6, KERN_INFO. */
    public void info(String line) {
        print(6, line);
    }

    /** A line at level 4, KERN_WARNING. */
    public void warning(String line) {
        print(4, line);
    }

    /** A line at level 3, KERN_ERR. */
    public void error(String line) {
        print(3, line);
    }

    private void print(int level, String line) {
        // A kernel's clock: HZ 250.
        long jiffies = kernel.variable("jiffies");
        String stamped = "<%d>[%5d.%06d] %s\n".formatted(level, jiffies / 250, jiffies % 250 * 4000, line);
        long end = kernel.variable("log_end");
        for (byte character : stamped.getBytes(StandardCharsets.ISO_8859_1)) {
            kernel.ram().setU8(position(end++), character);
        }
        kernel.setVariable("log_end", end);
        kernel.setVariable("logged_chars", Math.min(end, kernel.variable("log_buf_len")));
        flush();
    }

    private long position(long index) {
        return KernelView.paddr(kernel.variable("log_buf")) + (index & kernel.variable("log_buf_len") - 1);
    }

    public void suspendConsole() {
        info("Suspending console(s) (use no_console_suspend to debug)");
        kernel.setVariable("console_suspended", 1);
    }

    public void resumeConsole() {
        kernel.setVariable("console_suspended", 0);
        flush();
    }

    /** The console shows what it has not shown, without the level marks. */
    private void flush() {
        if (kernel.variable("console_suspended") != 0) {
            return;
        }
        Ram ram = kernel.ram();
        long at = kernel.variable("con_start");
        long end = kernel.variable("log_end");
        boolean lineStart = true;
        while (at != end) {
            if (lineStart && ram.u8(position(at)) == '<') {
                at += 3;
            }
            int character = ram.u8(position(at++));
            kernel.machine().ports().out(UART, 1, character);
            lineStart = character == '\n';
        }
        kernel.setVariable("con_start", end);
    }

    /** The log from its oldest character on, with level marks, as dmesg -r shows it. */
    public String text() {
        long end = kernel.variable("log_end");
        StringBuilder text = new StringBuilder();
        for (long at = Math.max(0, end - kernel.variable("log_buf_len")); at < end; at++) {
            text.append((char) kernel.ram().u8(position(at)));
        }
        return text.toString();
    }
}
