package org.kjump.makedumpfile;

import java.io.PrintStream;

/**
 * What the user wants to read, by the bits of {@code --message-level} as makedumpfile 1.7.2 has them: 1 progress and 4 errors on
 * standard error, 2 common messages, 8 debugging and 16 the report on standard output.
 */
final class Messages {
    static final int DEFAULT_LEVEL = 7;

    private static final int PROGRESS = 1;
    private static final int COMMON = 2;
    private static final int ERROR = 4;
    static final int DEBUG = 8;
    static final int REPORT = 16;

    private final int level;
    private final ProgressLine.Style style;
    private final PrintStream out;
    private final PrintStream err;

    Messages(int level, PrintStream out, PrintStream err, ProgressLine.Style style) {
        this.style = style;
        this.level = level;
        this.out = out;
        this.err = err;
    }

    void common(String text) {
        if ((level & COMMON) != 0) {
            out.println(text);
        }
    }

    void debug(String text) {
        if ((level & DEBUG) != 0) {
            out.println(text);
        }
    }

    void report(String text) {
        if ((level & REPORT) != 0) {
            out.println(text);
        }
    }

    /** One line that says what went wrong. */
    void error(String text) {
        if ((level & ERROR) != 0) {
            err.println("makedumpfile: " + text);
        }
    }

    /** The last words of a run that wrote what it had to. */
    void completed(String what) {
        common("\n" + what);
        common("\nmakedumpfile Completed.");
    }

    void failed() {
        common("\nmakedumpfile Failed.");
    }

    /** Where the serial line of a simulated machine goes. */
    PrintStream console() {
        return err;
    }

    /**
     * A display for one stretch of work.
     *
     * @param unitBytes bytes that a unit of work is
     */
    ProgressLine progress(String work, int unitBytes) {
        PrintStream target = (level & PROGRESS) != 0 ? err : new PrintStream(PrintStream.nullOutputStream());
        return new ProgressLine(work, unitBytes, target, style, System::nanoTime);
    }
}
