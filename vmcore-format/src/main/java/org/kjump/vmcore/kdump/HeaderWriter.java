package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.io.ByteSink;

/** What stands before the page descriptors of a file: disk_dump_header, kdump_sub_header, notes and two bitmaps. */
final class HeaderWriter {
    private static final int VERSION = 6;
    /** Bitmaps are written in pieces of so many bytes. */
    private static final int PIECE = 1 << 20;

    private static final int STATUS_COMPLETE = 0;

    private final KdumpWriter.Content content;
    private final Target target;
    private final KdumpLayout layout;
    private final int block;
    private final ByteBuffer notes;

    HeaderWriter(KdumpWriter.Content content) {
        this.content = content;
        this.target = content.image().target();
        this.layout = KdumpLayout.of(content.image().name(), target);
        this.block = target.pageSize();
        this.notes = Notes.bytes(content.image().notes(), target.order());
    }

    /** Where the page descriptors are. */
    long descriptors() {
        return (1 + subHeaderBlocks() + bitmapBlocks()) * block;
    }

    void write(ByteSink sink, KdumpWriter.Part part) throws IOException {
        header(sink, STATUS_COMPLETE);
        sink.write((long) block + layout.subHeader().size(), notes.duplicate());
        subHeader(sink, part, 0);
        bitmaps(sink);
    }

    /** Says in the header that pages at the file's end are missing. */
    void markIncomplete(ByteSink sink) throws IOException {
        header(sink, KdumpFlags.INCOMPLETE);
    }

    /** Says in the sub header where the text on erased data is. */
    void markErased(ByteSink sink, KdumpWriter.Part part, long offset) throws IOException {
        subHeader(sink, part, offset);
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

    private void header(ByteSink sink, int status) throws IOException {
        ByteBuffer header = layout.header().allocate().order(target.order());
        header.put(0, KdumpLayout.SIGNATURE.getBytes(StandardCharsets.US_ASCII));
        header.put(KdumpLayout.UTSNAME_OFFSET, content.utsname(), 0, KdumpLayout.UTSNAME_SIZE);
        layout.set(header, "header_version", VERSION);
        layout.set(header, "timestamp_sec", content.crashTime());
        layout.set(header, "status", status | KdumpFlags.of(content.compression()) | KdumpFlags.of(content.vmemmap()));
        layout.set(header, "block_size", block);
        layout.set(header, "sub_hdr_size", subHeaderBlocks());
        layout.set(header, "bitmap_blocks", bitmapBlocks());
        layout.set(header, "max_mapnr", narrow(content.existing().limit()));
        long processors = content.image().notes().stream()
                .filter(note -> note.type() == Note.NT_PRSTATUS && note.name().equals("CORE"))
                .count();
        layout.set(header, "nr_cpus", processors);
        sink.write(0, header);
    }

    /** The number as members of 32 bits have it. */
    private static long narrow(long pfn) {
        return Math.min(pfn, 0xffffffffL);
    }

    private void subHeader(ByteSink sink, KdumpWriter.Part part, long eraseInfoAt) throws IOException {
        long notesAt = (long) block + layout.subHeader().size();
        ByteBuffer sub = layout.subHeader().allocate().order(target.order());
        layout.setSub(sub, "phys_base", content.physBase());
        layout.setSub(sub, "dump_level", content.level());
        layout.setSub(sub, "offset_note", notesAt);
        layout.setSub(sub, "size_note", notes.capacity());
        layout.setSub(sub, "max_mapnr_64", content.existing().limit());
        if (part.kind() == KdumpWriter.Part.Kind.OF_SET) {
            layout.setSub(sub, "split", 1);
            layout.setSub(sub, "start_pfn", narrow(part.start()));
            layout.setSub(sub, "end_pfn", narrow(part.end()));
            layout.setSub(sub, "start_pfn_64", part.start());
            layout.setSub(sub, "end_pfn_64", part.end());
        }
        if (eraseInfoAt != 0) {
            layout.setSub(sub, "offset_eraseinfo", eraseInfoAt);
            layout.setSub(sub, "size_eraseinfo", content.eraseInfo().length);
        }
        long at = notesAt;
        for (Note note : content.image().notes()) {
            if (note.name().equals("VMCOREINFO")) {
                layout.setSub(sub, "offset_vmcoreinfo", at + Notes.descriptionOffset(note));
                layout.setSub(sub, "size_vmcoreinfo", note.description().remaining());
            }
            at += Notes.size(note);
        }
        sink.write(block, sub);
    }

    private void bitmaps(ByteSink sink) throws IOException {
        long first = (1 + subHeaderBlocks()) * block;
        long half = bitmapBlocks() / 2 * block;
        bitmap(sink, first, half, content.existing());
        bitmap(sink, first + half, half, content.kept());
    }

    private static void bitmap(ByteSink sink, long offset, long length, PfnSet set) throws IOException {
        for (long done = 0; done < length; done += PIECE) {
            byte[] piece = set.bytes(done, (int) Math.min(PIECE, length - done));
            sink.write(offset + done, ByteBuffer.wrap(piece));
        }
    }
}
