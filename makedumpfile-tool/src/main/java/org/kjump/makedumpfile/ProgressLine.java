package org.kjump.makedumpfile;

import java.io.PrintStream;
import java.time.Duration;
import org.kjump.vmcore.Progress;

/**
 * Shows how far long work is, on one line of a terminal that is written again and again, in makedumpfile's form. Work that is
 * done within a second shows nothing. Closing it ends the line.
 */
final class ProgressLine implements Progress, AutoCloseable {
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
    private static final String SPINNER = "/|\\-";

    private final String work;
    private final PrintStream err;
    private final long start = System.nanoTime();
    private long shownAt = start;
    private int shown;

    ProgressLine(String work, PrintStream err) {
        this.work = work;
        this.err = err;
    }

    @Override
    public void at(long done, long total) {
        // The clock is asked once in a while only: this is called for every page.
        if ((done & 0xff) != 0 && done != total) {
            return;
        }
        long now = System.nanoTime();
        if (now - shownAt >= INTERVAL || done == total && shown > 0) {
            shownAt = now;
            err.print(line(done, total, now - start));
            err.flush();
            shown++;
        }
    }

    private String line(long done, long total, long nanos) {
        long perMille = total == 0 ? 1000 : done * 1000 / total;
        String left = perMille == 0 || perMille == 1000 ? "" : eta(nanos / perMille * (1000 - perMille));
        return "\r%-50s: [%3d.%d %%] %c  %16s"
                .formatted(work, perMille / 10, perMille % 10, SPINNER.charAt(shown % SPINNER.length()), left);
    }

    private static String eta(long nanos) {
        long seconds = nanos / 1_000_000_000;
        if (seconds < 100) {
            return "eta: %ds".formatted(seconds);
        }
        long minutes = seconds / 60;
        if (minutes < 100) {
            return "eta: %dm%ds".formatted(minutes, seconds % 60);
        }
        long hours = minutes / 60;
        return hours < 48
                ? "eta: %dh%dm".formatted(hours, minutes % 60)
                : "eta: %dd%dh".formatted(hours / 24, hours % 24);
    }

    @Override
    public void close() {
        if (shown > 0) {
            err.println();
        }
    }
}
