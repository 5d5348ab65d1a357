package org.kjump.vmcore.pipeline;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work on blocks. The thread that calls hands blocks out and takes results back in order, so the result does not
 * depend on how many threads there are. At most {@link #AHEAD} blocks a thread are under way; whoever is ahead of the
 * others sleeps. Threads start when there is work for more than one. To be used by one thread at a time.
 */
public final class Workers implements AutoCloseable {
    /** One block is worked on, one waits: that a thread finds work while results are taken. */
    private static final int AHEAD = 2;

    private final int threads;
    private @Nullable ExecutorService executor;

    /** @param threads how many work at once, at least 1; with 1 the caller's own does all */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
        this.threads = threads;
    }

    /** As many as there are processors. */
    public static Workers forAllProcessors() {
        return new Workers(Runtime.getRuntime().availableProcessors());
    }

    public int threads() {
        return threads;
    }

    /**
     * Does all the work.
     *
     * @throws IOException what {@link Stages#done} throws
     * @throws RuntimeException what a stage throws: of several blocks that fail, what the first of them throws
     */
    public <B> void run(Stages<B> stages) throws IOException {
        if (threads == 1) {
            B block = stages.block();
            while (stages.next(block)) {
                stages.work(block);
                stages.done(block);
            }
            return;
        }
        Queue<B> idle = new ArrayDeque<>();
        Queue<Future<B>> underWay = new ArrayDeque<>();
        try {
            int made = 0;
            boolean more = true;
            while (more || !underWay.isEmpty()) {
                while (more && (!idle.isEmpty() || made < (long) AHEAD * threads)) {
                    made += idle.isEmpty() ? 1 : 0;
                    B block = idle.isEmpty() ? stages.block() : idle.remove();
                    more = stages.next(block);
                    if (more) {
                        underWay.add(executor().submit(() -> {
                            stages.work(block);
                            return block;
                        }));
                    }
                }
                if (!underWay.isEmpty()) {
                    B block = result(underWay.remove());
                    stages.done(block);
                    idle.add(block);
                }
            }
        } finally {
            settle(underWay);
        }
    }

    private ExecutorService executor() {
        ExecutorService running = executor;
        if (running == null) {
            running = Executors.newFixedThreadPool(threads, work -> {
                Thread thread = new Thread(work, "kjump worker");
                thread.setDaemon(true);
                return thread;
            });
            executor = running;
        }
        return running;
    }

    private static <B> B result(Future<B> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** After a failure: no block may be worked on when the caller closes what the blocks are read from. */
    private static <B> void settle(Queue<Future<B>> underWay) {
        boolean interrupted = false;
        while (!underWay.isEmpty()) {
            try {
                underWay.element().get();
                underWay.remove();
            } catch (ExecutionException e) {
                underWay.remove(); // an earlier block's failure is on its way to the caller
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdown();
        }
    }
}
