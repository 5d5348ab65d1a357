package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSink;

/**
 * Writes one file of the parts of a split dump: byte for byte the file that would have been written without splitting. Packed pages are
 * copied as they are. It closes neither the parts nor the sink, and each call stands for itself.
 */
public final class KdumpReassembly {
    private static final int PIECE = 1 << 20;
    private static final int DESCRIPTOR = KdumpLayout.DESCRIPTOR.size();

    private final List<KdumpFile> parts;
    /** The one whose header becomes that of the file: the first incomplete one, if one is. */
    private final KdumpFile model;

    private final ByteSink sink;
    private final Progress progress;
    private final long total;
    private final ByteBuffer descriptors;
    private final ByteBuffer data;
    private long descriptorsAt;
    private long dataAt;
    private long done;

    private KdumpReassembly(List<KdumpFile> parts, ByteSink sink, Progress progress) {
        this.parts = KdumpSet.sorted(parts);
        this.model =
                this.parts.stream().filter(KdumpFile::incomplete).findFirst().orElse(this.parts.get(0));
        this.sink = sink;
        this.progress = progress;
        this.total =
                this.parts.stream().mapToLong(part -> part.described().size()).sum();
        this.descriptors = ByteBuffer.allocate(PIECE / DESCRIPTOR * DESCRIPTOR)
                .order(model.headers().order());
        this.data = ByteBuffer.allocate(PIECE);
        this.descriptorsAt = model.headers().descriptors();
        this.dataAt = model.zeroPage();
    }

    /**
     * Writes the whole file. What the parts have erased is told one behind the other; pages that were lost in a part are lost.
     *
     * @param parts in any order
     * @param progress is told how many pages are copied
     * @throws VmcoreException if they are not parts of one dump, or not all of them; nothing is written then. Or if one is damaged
     */
    public static void write(List<KdumpFile> parts, ByteSink sink, Progress progress) throws IOException {
        new KdumpReassembly(parts, sink, progress).write();
    }

    private void write() throws IOException {
        KdumpHeaders headers = model.headers();
        copy(headers, 0, 0, headers.descriptors());
        boolean sharesZeros = (headers.level() & 1) != 0;
        if (sharesZeros) {
            sink.write(dataAt, ByteBuffer.allocate(headers.block()));
            dataAt += headers.block();
        }
        for (KdumpFile part : parts) {
            new Pages(part, sharesZeros).write();
        }
        flushDescriptors();
        subHeader();
    }

    /** As in a file that was never split. */
    private void subHeader() throws IOException {
        KdumpHeaders headers = model.headers();
        ByteBuffer sub = headers.layout().subHeader().allocate().order(headers.order());
        sub.put(headers.subHeader().duplicate().clear()).clear();
        for (String member : List.of("split", "start_pfn", "end_pfn", "start_pfn_64", "end_pfn_64")) {
            set(sub, member, 0);
        }
        long size = 0;
        for (KdumpFile part : parts) {
            ByteBuffer text = part.eraseInfo();
            int length = text.remaining();
            sink.write(dataAt + size, text);
            size += length;
        }
        set(sub, "offset_eraseinfo", size == 0 ? 0 : dataAt);
        set(sub, "size_eraseinfo", size);
        sink.write(headers.block(), sub);
    }

    /** Behind the sub header of an old version there are notes. */
    private void set(ByteBuffer sub, String member, long value) {
        if (model.headers().hasSub(member)) {
            model.headers().layout().setSub(sub, member, value);
        }
    }

    /** Copies bytes of a part. */
    private void copy(KdumpHeaders from, long position, long to, long length) throws IOException {
        for (long copied = 0; copied < length; ) {
            int some = (int) Math.min(PIECE, length - copied);
            from.file().readFully(position + copied, data.clear().limit(some));
            sink.write(to + copied, data.flip());
            copied += some;
        }
    }

    private void describe(long offset, long size, long flags) throws IOException {
        descriptors.putLong(offset).putInt((int) size).putInt((int) flags).putLong(0);
        if (!descriptors.hasRemaining()) {
            flushDescriptors();
        }
        progress.at(++done, total);
    }

    private void flushDescriptors() throws IOException {
        int length = descriptors.flip().remaining();
        sink.write(descriptorsAt, descriptors);
        descriptorsAt += length;
        descriptors.clear();
    }

    /** The pages of a part: those that stand side by side are copied in one piece. */
    private final class Pages {
        private final KdumpFile part;
        private final boolean sharesZeros;
        /** The stretch of the part that is still to be copied. */
        private long start;

        private long end;

        Pages(KdumpFile part, boolean sharesZeros) {
            this.part = part;
            this.sharesZeros = sharesZeros;
        }

        void write() throws IOException {
            new Descriptors(part.headers()).<IOException>forEach(part.described(), this::page);
            flush();
        }

        private void page(long pfn, long offset, long size, long flags) throws IOException {
            if (offset == 0) {
                describe(0, 0, 0);
                return;
            }
            if (sharesZeros && offset == part.zeroPage()) {
                describe(model.zeroPage(), size, flags);
                return;
            }
            if (size > part.headers().block()) {
                throw part.headers()
                        .bad(
                                "page frame 0x%x: size".formatted(pfn),
                                "at most " + part.headers().block(),
                                size);
            }
            if (offset != end) {
                flush();
                start = offset;
                end = offset;
            }
            describe(dataAt + end - start, size, flags);
            end += size;
        }

        private void flush() throws IOException {
            copy(part.headers(), start, dataAt, end - start);
            dataAt += end - start;
            start = end;
        }
    }
}
