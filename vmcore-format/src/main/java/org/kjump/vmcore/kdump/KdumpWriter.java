package org.kjump.vmcore.kdump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.layout.StructLayout;

/**
 * Writes a kdump-compressed file, version 6, in the layout of i386: disk_dump_header, kdump_sub_header and notes, two bitmaps,
 * page descriptors, pages (makedumpfile's diskdump_mod.h). Zero pages share one block if the level asks for it.
 */
public final class KdumpWriter {
    private static final int BLOCK = 4096;
    private static final int DESCRIPTOR = 24;
    private static final int ZLIB = 1;

    /** {@code struct disk_dump_header} of a 32-bit makedumpfile. */
    static final StructLayout HEADER = StructLayout.named("disk_dump_header")
            .bytes("signature", 0, 8)
            .u32("header_version", 8)
            .bytes("utsname", 12, 390)
            .u32("timestamp_sec", 404)
            .u32("timestamp_usec", 408)
            .u32("status", 412)
            .u32("block_size", 416)
            .u32("sub_hdr_size", 420)
            .u32("bitmap_blocks", 424)
            .u32("max_mapnr", 428)
            .u32("nr_cpus", 448)
            .size(452);

    /** {@code struct kdump_sub_header} with 64-bit members aligned to 4, as i386 does. */
    static final StructLayout SUB_HEADER = StructLayout.named("kdump_sub_header")
            .u32("dump_level", 4)
            .u64("offset_vmcoreinfo", 20)
            .u32("size_vmcoreinfo", 28)
            .u64("offset_note", 32)
            .u32("size_note", 40)
            .u64("max_mapnr_64", 72)
            .size(80);

    /** How pages are stored. */
    public enum Compression {
        NONE,
        ZLIB
    }

    /**
     * What to write.
     *
     * @param existing first bitmap: frames of the dumped machine
     * @param kept second bitmap: frames to store
     * @param utsname 390 bytes of the kernel's {@code new_utsname}
     * @param crashTime seconds since 1970, 0 if unknown
     */
    public record Content(
            MemoryImage image,
            PfnSet existing,
            PfnSet kept,
            int level,
            Compression compression,
            byte[] utsname,
            long crashTime) {}

    private final Content content;
    private final ByteSink sink;
    private final long descriptors;
    private long data;

    private KdumpWriter(Content content, ByteSink sink, int notesSize) {
        this.content = content;
        this.sink = sink;
        this.descriptors = (1L + blocks(SUB_HEADER.size() + notesSize) + bitmapBlocks()) * BLOCK;
        this.data = descriptors + content.kept().size() * DESCRIPTOR;
    }

    /** Writes the whole file. Only i386 dumps are written yet. */
    public static void write(Content content, ByteSink sink) throws IOException {
        if (content.image().target().wordBytes() != 4
                || content.image().target().order() != ByteOrder.LITTLE_ENDIAN) {
            throw new VmcoreException("%s: only dumps of i386 machines can be written"
                    .formatted(content.image().name()));
        }
        ByteBuffer notes = notes(content.image());
        KdumpWriter writer = new KdumpWriter(content, sink, notes.capacity());
        writer.headers(notes);
        writer.pages();
    }

    private static long blocks(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK;
    }

    private long bitmapBlocks() {
        return 2 * blocks((content.existing().limit() + 7) / 8);
    }

    /** All notes one behind the other, padded to 4 bytes. */
    private static ByteBuffer notes(MemoryImage image) {
        int size = 0;
        for (Note note : image.notes()) {
            size += 12
                    + (note.name().length() + 1 + 3 & ~3)
                    + (note.description().remaining() + 3 & ~3);
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(image.target().order());
        for (Note note : image.notes()) {
            bytes.putInt(note.name().length() + 1)
                    .putInt(note.description().remaining())
                    .putInt(note.type());
            bytes.put((note.name() + "\0").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            bytes.position(bytes.position() + 3 & ~3);
            bytes.put(note.description());
            bytes.position(bytes.position() + 3 & ~3);
        }
        return bytes.flip();
    }

    private void headers(ByteBuffer notes) throws IOException {
        ByteBuffer header = HEADER.allocate().order(ByteOrder.LITTLE_ENDIAN);
        header.put(0, new byte[] {'K', 'D', 'U', 'M', 'P', ' ', ' ', ' '});
        header.put(12, content.utsname(), 0, Math.min(390, content.utsname().length));
        set(HEADER, header, "header_version", 6);
        set(HEADER, header, "timestamp_sec", content.crashTime());
        set(HEADER, header, "status", content.compression() == Compression.ZLIB ? ZLIB : 0);
        set(HEADER, header, "block_size", BLOCK);
        set(HEADER, header, "sub_hdr_size", blocks(SUB_HEADER.size() + notes.capacity()));
        set(HEADER, header, "bitmap_blocks", bitmapBlocks());
        set(HEADER, header, "max_mapnr", content.existing().limit());
        set(
                HEADER,
                header,
                "nr_cpus",
                content.image().notes().stream()
                        .filter(note ->
                                note.type() == Note.NT_PRSTATUS && note.name().equals("CORE"))
                        .count());
        sink.write(0, header);
        long noteOffset = (long) BLOCK + SUB_HEADER.size();
        ByteBuffer sub = SUB_HEADER.allocate().order(ByteOrder.LITTLE_ENDIAN);
        set(SUB_HEADER, sub, "dump_level", content.level());
        set(SUB_HEADER, sub, "offset_note", noteOffset);
        set(SUB_HEADER, sub, "size_note", notes.capacity());
        set(SUB_HEADER, sub, "max_mapnr_64", content.existing().limit());
        int at = 0;
        for (Note note : content.image().notes()) {
            int start = at + 12 + (note.name().length() + 1 + 3 & ~3);
            int size = note.description().remaining();
            if (note.name().equals("VMCOREINFO")) {
                set(SUB_HEADER, sub, "offset_vmcoreinfo", noteOffset + start);
                set(SUB_HEADER, sub, "size_vmcoreinfo", size);
            }
            at = start + (size + 3 & ~3);
        }
        sink.write(BLOCK, sub);
        sink.write(noteOffset, notes);
        long bitmaps = descriptors - bitmapBlocks() * BLOCK;
        int half = (int) bitmapBlocks() / 2 * BLOCK;
        sink.write(bitmaps, ByteBuffer.wrap(content.existing().bytes(half)));
        sink.write(bitmaps + half, ByteBuffer.wrap(content.kept().bytes(half)));
    }

    private static void set(StructLayout layout, ByteBuffer bytes, String field, long value) {
        layout.field(field).setUnsigned(bytes, 0, value);
    }

    private void pages() throws IOException {
        byte[] zero = new byte[BLOCK];
        byte[] page = new byte[BLOCK];
        byte[] packed = new byte[BLOCK];
        boolean shareZeros = (content.level() & 1) != 0;
        long zeroAt = data;
        if (shareZeros) {
            append(zero, BLOCK);
        }
        ByteBuffer descriptor = ByteBuffer.allocate(DESCRIPTOR).order(ByteOrder.LITTLE_ENDIAN);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            long number = 0;
            for (long pfn = content.kept().next(0);
                    pfn >= 0;
                    pfn = content.kept().next(pfn + 1)) {
                if (content.image().read(pfn, ByteBuffer.wrap(page)) == PageState.ABSENT) {
                    throw new VmcoreException("%s: page frame 0x%x is not there"
                            .formatted(content.image().name(), pfn));
                }
                boolean shared = shareZeros && Arrays.equals(page, zero);
                int size = BLOCK;
                long at = zeroAt;
                if (!shared) {
                    at = data;
                    size = content.compression() == Compression.ZLIB ? deflate(deflater, page, packed) : BLOCK;
                    append(size < BLOCK ? packed : page, size);
                }
                descriptor.clear();
                descriptor
                        .putLong(at)
                        .putInt(size)
                        .putInt(size < BLOCK ? ZLIB : 0)
                        .putLong(0);
                sink.write(descriptors + number++ * DESCRIPTOR, descriptor.flip());
            }
        } finally {
            deflater.end();
        }
    }

    /** The packed size, or a whole block if packing gains nothing. */
    private static int deflate(Deflater deflater, byte[] page, byte[] packed) {
        deflater.reset();
        deflater.setInput(page);
        deflater.finish();
        int size = deflater.deflate(packed);
        return deflater.finished() && size < BLOCK ? size : BLOCK;
    }

    private void append(byte[] bytes, int size) throws IOException {
        sink.write(data, ByteBuffer.wrap(bytes, 0, size));
        data += size;
    }
}
