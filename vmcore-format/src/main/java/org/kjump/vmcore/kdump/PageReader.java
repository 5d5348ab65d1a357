package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Reads pages for many threads: each borrows a decoder, and decoders are kept for the next who comes. */
final class PageReader implements AutoCloseable {
    private final KdumpHeaders headers;
    /** Threads beyond these make decoders of their own for a call. */
    private final BlockingQueue<PageDecoder> idle =
            new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

    private volatile boolean closed;

    PageReader(KdumpHeaders headers) {
        this.headers = headers;
    }

    void read(long pfn, long rank, int count, ByteBuffer target) {
        PageDecoder decoder = borrow();
        try {
            decoder.read(pfn, rank, count, target);
        } finally {
            giveBack(decoder);
        }
    }

    void readPart(long pfn, long rank, int offset, int length, ByteBuffer target) {
        PageDecoder decoder = borrow();
        try {
            decoder.readPart(pfn, rank, offset, length, target);
        } finally {
            giveBack(decoder);
        }
    }

    private PageDecoder borrow() {
        PageDecoder decoder = idle.poll();
        return decoder == null ? new PageDecoder(headers) : decoder;
    }

    private void giveBack(PageDecoder decoder) {
        if (!idle.offer(decoder)) {
            decoder.close();
        }
        if (closed) {
            close();
        }
    }

    /** What is borrowed is closed when it comes back. */
    @Override
    public void close() {
        closed = true;
        for (@Nullable PageDecoder decoder = idle.poll(); decoder != null; decoder = idle.poll()) {
            decoder.close();
        }
    }
}
