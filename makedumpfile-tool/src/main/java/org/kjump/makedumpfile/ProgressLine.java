package org.kjump.makedumpfile;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.kjump.vmcore.Progress;

/**
 * Shows how far long work is. On a terminal that is one line, written again every second, with a bar, the rate and the time left;
 * elsewhere, such as in a log, a line of its own every ten. Work that is done sooner shows nothing. Closing it ends the line.
 */
final class ProgressLine implements Progress, AutoCloseable {
    /** The clock is asked when so many units more are done: some work tells of every page. */
    private static final int UNITS = 256;

    private static final int BAR = 10;
    private static final int COLUMNS = 79;

    /** What the line is written to. */
    enum Style {
        TERMINAL(Duration.ofSeconds(1)),
        LOG(Duration.ofSeconds(10));

        private final long interval;

        Style(Duration interval) {
            this.interval = interval.toNanos();
        }
    }

    private final String work;
    private final int unitBytes;
    private final PrintStream err;
    private final Style style;
    private final LongSupplier clock;
    private final long start;
    private long shownAt;
    private long asked;
    private boolean shown;

    /**
     * @param unitBytes bytes that a unit of work is, to show the rate
     * @param clock nanoseconds since some time
     */
    ProgressLine(String work, int unitBytes, PrintStream err, Style style, LongSupplier clock) {
        this.work = work;
        this.unitBytes = unitBytes;
        this.err = err;
        this.style = style;
        this.clock = clock;
        this.start = clock.getAsLong();
        this.shownAt = start;
    }

    @Override
    public void at(long done, long total) {
        if (done - asked < UNITS && done != total) {
            return;
        }
        asked = done;
        long now = clock.getAsLong();
        if (now - shownAt >= style.interval || done == total && shown && now != shownAt) {
            shownAt = now;
            shown = true;
            err.print(line(done, total, Math.max(1, now - start)));
            err.flush();
        }
    }

    private String line(long done, long total, long nanos) {
        long perMille = total == 0 ? 1000 : (long) ((double) done / total * 1000);
        String left = done == 0 || done >= total ? "" : eta((long) ((double) nanos / done * (total - done)));
        String percent = "[%3d.%d %%]".formatted(perMille / 10, perMille % 10);
        long rate = (long) ((double) done * unitBytes / nanos * 1e9 / 1e6);
        if (style == Style.LOG) {
            return "%s: %s %d MB/s %s".formatted(work, percent, rate, left).stripTrailing() + System.lineSeparator();
        }
        int filled = (int) (perMille * BAR / 1000);
        String bar = "#".repeat(filled) + ".".repeat(BAR - filled);
        return "\r%-27s: %s %s %6d MB/s  %s".formatted(work, percent, bar, rate, left)
                + " ".repeat(Math.max(0, COLUMNS - 27 - 2 - 9 - 1 - BAR - 1 - 11 - 2 - left.length()));
    }

    /** As the C tool writes it. */
    static String eta(long nanos) {
        long seconds = nanos / 1_000_000_000;
        if (seconds < 100) {
            return "eta: %ds".formatted(seconds);
        }
        long minutes = seconds / 60;
        if (minutes < 100) {
            return "eta: %dm%ds".formatted(minutes, seconds % 60);
        }
        long hours = minutes / 60;
        if (hours < 48) {
            return "eta: %dh%dm".formatted(hours, minutes % 60);
        }
        long days = hours / 24;
        return days <= 100 ? "eta: %dd%dh".formatted(days, hours % 24) : "eta: >100day";
    }

    @Override
    public void close() {
        if (shown && style == Style.TERMINAL) {
            err.println();
        }
    }
}
