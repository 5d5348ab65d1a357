package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.PageCodec;
import org.kjump.vmcore.io.ByteSink;

/**
 * Writes a kdump-compressed file, version 6, in the layout of the dumped machine: disk_dump_header, kdump_sub_header and notes, two
 * bitmaps, page descriptors, pages (makedumpfile's diskdump_mod.h). Zero pages share one block if the level asks for it. It closes neither
 * the image nor the sink, and each call stands for itself.
 */
public final class KdumpWriter {
    /** Descriptors and pages are collected to pieces of about so many bytes before they are written. */
    private static final int PIECE = 1 << 20;

    private static final int VERSION = 6;

    /**
     * What to write.
     *
     * @param existing first bitmap: frames of the dumped machine
     * @param kept second bitmap: frames to store
     * @param level the dump level that {@code kept} is the result of
     * @param utsname 390 bytes of the kernel's {@code new_utsname}
     * @param crashTime seconds since 1970, 0 if unknown
     * @param physBase where an x86_64 kernel's image lies, less its link address; 0 for i386
     */
    public record Content(
            MemoryImage image,
            PfnSet existing,
            PfnSet kept,
            int level,
            Compression compression,
            byte[] utsname,
            long crashTime,
            long physBase) {}

    private final Content content;
    private final ByteSink sink;
    private final KdumpLayout layout;
    private final int block;
    private final ByteBuffer notes;
    private final PieceWriter descriptors;
    private final PieceWriter data;

    private KdumpWriter(Content content, ByteSink sink) {
        this.content = content;
        this.sink = sink;
        this.layout = KdumpLayout.of(content.image().name(), content.image().target());
        this.block = content.image().target().pageSize();
        this.notes =
                Notes.bytes(content.image().notes(), content.image().target().order());
        long start = (1L + subHeaderBlocks() + bitmapBlocks()) * block;
        this.descriptors = new PieceWriter(sink, start, PIECE);
        this.data = new PieceWriter(sink, start + content.kept().size() * KdumpLayout.DESCRIPTOR.size(), PIECE);
    }

    /**
     * Writes the whole file.
     *
     * @return how many of the pages hold nothing but zeros, if the level asks to find them; otherwise 0
     * @throws VmcoreException if files of the machine have a layout that is not known
     */
    public static long write(Content content, ByteSink sink, Progress progress) throws IOException {
        KdumpWriter writer = new KdumpWriter(content, sink);
        writer.header();
        writer.subHeader();
        writer.bitmaps();
        return writer.pages(progress);
    }

    private long blocks(long bytes) {
        return (bytes + block - 1) / block;
    }

    private long subHeaderBlocks() {
        return blocks((long) layout.subHeader().size() + notes.capacity());
    }

    private long bitmapBlocks() {
        return 2 * blocks((content.existing().limit() + 7) / 8);
    }

    private void header() throws IOException {
        ByteBuffer header =
                layout.header().allocate().order(content.image().target().order());
        header.put(0, KdumpLayout.SIGNATURE.getBytes(StandardCharsets.US_ASCII));
        header.put(KdumpLayout.UTSNAME_OFFSET, content.utsname(), 0, KdumpLayout.UTSNAME_SIZE);
        layout.set(header, "header_version", VERSION);
        layout.set(header, "timestamp_sec", content.crashTime());
        layout.set(header, "status", KdumpFlags.of(content.compression()));
        layout.set(header, "block_size", block);
        layout.set(header, "sub_hdr_size", subHeaderBlocks());
        layout.set(header, "bitmap_blocks", bitmapBlocks());
        layout.set(header, "max_mapnr", Math.min(content.existing().limit(), 0xffffffffL));
        long processors = content.image().notes().stream()
                .filter(note -> note.type() == Note.NT_PRSTATUS && note.name().equals("CORE"))
                .count();
        layout.set(header, "nr_cpus", processors);
        sink.write(0, header);
    }

    private void subHeader() throws IOException {
        long notesAt = (long) block + layout.subHeader().size();
        ByteBuffer sub =
                layout.subHeader().allocate().order(content.image().target().order());
        layout.setSub(sub, "phys_base", content.physBase());
        layout.setSub(sub, "dump_level", content.level());
        layout.setSub(sub, "offset_note", notesAt);
        layout.setSub(sub, "size_note", notes.capacity());
        layout.setSub(sub, "max_mapnr_64", content.existing().limit());
        long at = notesAt;
        for (Note note : content.image().notes()) {
            if (note.name().equals("VMCOREINFO")) {
                layout.setSub(sub, "offset_vmcoreinfo", at + Notes.descriptionOffset(note));
                layout.setSub(sub, "size_vmcoreinfo", note.description().remaining());
            }
            at += Notes.size(note);
        }
        sink.write(block, sub);
        sink.write(notesAt, notes.duplicate());
    }

    private void bitmaps() throws IOException {
        long first = (1 + subHeaderBlocks()) * block;
        long half = bitmapBlocks() / 2 * block;
        bitmap(first, half, content.existing());
        bitmap(first + half, half, content.kept());
    }

    private void bitmap(long offset, long length, PfnSet set) throws IOException {
        for (long done = 0; done < length; done += PIECE) {
            byte[] piece = set.bytes(done, (int) Math.min(PIECE, length - done));
            sink.write(offset + done, ByteBuffer.wrap(piece));
        }
    }

    private long pages(Progress progress) throws IOException {
        byte[] zero = new byte[block];
        byte[] page = new byte[block];
        byte[] packed = new byte[block];
        boolean shareZeros = (content.level() & 1) != 0;
        long zeroAt = data.position();
        if (shareZeros) {
            data.write(zero, block);
        }
        PfnSet kept = content.kept();
        long total = kept.size();
        long done = 0;
        long zeros = 0;
        try (PageCodec codec = content.compression().codec()) {
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                read(pfn, page);
                if (shareZeros && Arrays.equals(page, zero)) {
                    zeros++;
                    descriptor(zeroAt, block);
                } else {
                    long at = data.position();
                    int size = codec.pack(page, packed);
                    data.write(size < block ? packed : page, size);
                    descriptor(at, size);
                }
                progress.at(++done, total);
            }
        }
        descriptors.flush();
        data.flush();
        return zeros;
    }

    private void read(long pfn, byte[] page) {
        PageState state = content.image().read(pfn, ByteBuffer.wrap(page));
        if (state != PageState.PRESENT && state != PageState.ZERO) {
            throw new VmcoreException(
                    "%s: page frame 0x%x is not there".formatted(content.image().name(), pfn));
        }
    }

    private void descriptor(long offset, int size) throws IOException {
        byte[] descriptor = new byte[KdumpLayout.DESCRIPTOR.size()];
        ByteBuffer.wrap(descriptor)
                .order(content.image().target().order())
                .putLong(offset)
                .putInt(size)
                .putInt(size < block ? KdumpFlags.of(content.compression()) : 0);
        descriptors.write(descriptor, descriptor.length);
    }
}
