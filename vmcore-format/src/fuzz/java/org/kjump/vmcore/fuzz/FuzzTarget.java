package org.kjump.vmcore.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.VmcoreException;

/**
 * What Jazzer calls by name: an input is read as a file of the format that is named on the command line. To answer, or to throw a {@link
 * VmcoreException} of one line, within the limits, is right; all else is a finding.
 */
public final class FuzzTarget {
    /** Inputs have at most 128 KiB; the kernels that are damaged less than 400 KiB. */
    private static final long ALLOCATION_MAX = 64L << 20;

    /** Of this thread. That an input hangs is libFuzzer's to find. */
    private static final long CPU_MAX = Duration.ofSeconds(1).toNanos();

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static @Nullable Format format;

    private FuzzTarget() {}

    /** Called once. */
    public static void fuzzerInitialize(String[] arguments) {
        format = Format.all().get(arguments[0]);
    }

    /** Called for each input. The first reading may be the one that loads classes, which Jazzer then instruments in this thread. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (!read(input).isTooHigh()) {
            return;
        }
        Cost cost = read(input);
        if (cost.isTooHigh()) {
            throw new AssertionError("%d bytes allocated, %d ns taken".formatted(cost.bytes, cost.nanoseconds));
        }
    }

    private static Cost read(byte[] input) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        try {
            Objects.requireNonNull(format).reading().of(input);
        } catch (VmcoreException e) {
            if (String.valueOf(e.getMessage()).contains("\n")) {
                throw new AssertionError("a message of more than a line", e);
            }
        }
        return new Cost(THREADS.getCurrentThreadAllocatedBytes() - bytes, THREADS.getCurrentThreadCpuTime() - time);
    }

    private record Cost(long bytes, long nanoseconds) {
        boolean isTooHigh() {
            return bytes > ALLOCATION_MAX || nanoseconds > CPU_MAX;
        }
    }
}
