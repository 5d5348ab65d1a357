package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.PageCodec;
import org.kjump.vmcore.io.ByteSource;

/**
 * A kdump-compressed file as makedumpfile writes it, in the layouts of i386 and of 64-bit little-endian machines. Safe for use by many
 * threads.
 */
public final class KdumpFile implements MemoryImage {
    private static final int FIRST_BLOCK = 4096;
    /** Bitmaps are read in pieces of so many bytes. */
    private static final int PIECE = 1 << 20;

    /** Versions from which members of the sub header are there. */
    private static final int WITH_LEVEL = 1;

    private static final int WITH_NOTES = 4;
    private static final int WITH_WIDE_PFNS = 6;

    private final ByteSource file;
    private final Target target;
    private final KdumpLayout layout;
    private final ByteBuffer header;
    private final ByteBuffer subHeader;
    private final long pfnLimit;
    private final PfnSet existing;
    private final PfnRanks stored;
    private final long descriptors;
    private final List<Note> notes;

    /** Takes {@code file} over: closing this closes it. */
    public KdumpFile(ByteSource file) {
        this.file = file;
        ByteBuffer start = bytes(0, KdumpLayout.WIDE.header().size());
        this.layout = layout(start);
        this.header = start;
        int block = (int) layout.get(header, "block_size");
        this.target = target(block);
        this.subHeader = bytes(block, layout.subHeader().size());
        this.pfnLimit =
                has(WITH_WIDE_PFNS) ? layout.getSub(subHeader, "max_mapnr_64") : layout.get(header, "max_mapnr");
        long bitmaps = (1 + layout.get(header, "sub_hdr_size")) * block;
        long bitmapBytes = layout.get(header, "bitmap_blocks") * block;
        this.descriptors = bitmaps + bitmapBytes;
        if (bitmaps < 0 || descriptors > file.size() || pfnLimit < 0 || pfnLimit > 8 * bitmapBytes) {
            throw bad(
                    "bitmaps of 0x%x frames".formatted(pfnLimit),
                    "within the file's %d bytes".formatted(file.size()),
                    "%d bytes at offset %d".formatted(bitmapBytes, bitmaps));
        }
        long half = bitmapBytes / 2;
        // An old diskdump has one bitmap that serves as both.
        boolean one = (pfnLimit + 7) / 8 > half;
        this.existing = bitmap(bitmaps);
        this.stored = new PfnRanks(one ? existing : bitmap(bitmaps + half));
        this.notes = has(WITH_NOTES) ? readNotes() : List.of();
    }

    /** Whether a file begins as a kdump-compressed file does. */
    public static boolean recognises(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(KdumpLayout.SIGNATURE.length());
        file.read(0, magic);
        return StandardCharsets.ISO_8859_1.decode(magic.flip()).toString().equals(KdumpLayout.SIGNATURE);
    }

    private VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    private ByteBuffer bytes(long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(offset, bytes);
        return bytes.flip();
    }

    /** The header does not say whose layout it has: it is the one in which the numbers fit each other. */
    private KdumpLayout layout(ByteBuffer start) {
        if (!recognises(file)) {
            throw bad("signature at offset 0", "'KDUMP   '", "something else");
        }
        for (KdumpLayout each : KdumpLayout.ALL) {
            long block = each.get(start, "block_size");
            long frames = each.get(start, "max_mapnr");
            long blocks = each.get(start, "bitmap_blocks");
            boolean sane = Long.bitCount(block) == 1 && block >= FIRST_BLOCK && block <= 1 << 16;
            if (sane && frames > 0 && 8 * block * blocks >= frames) {
                return each;
            }
        }
        throw bad("header at offset 0", "that of i386 or of a 64-bit little-endian machine", "neither");
    }

    private boolean has(int version) {
        return layout.get(header, "header_version") >= version;
    }

    private Target target(int block) {
        int shift = Integer.numberOfTrailingZeros(block);
        return new Target(machine(text(4 * 65)), layout.wordBytes(), ByteOrder.LITTLE_ENDIAN, shift);
    }

    /** @param name what uname -m says, empty if the writer did not know */
    private int machine(String name) {
        if (layout.wordBytes() == 4) {
            return Target.EM_386;
        }
        return switch (name) {
            case "", "x86_64" -> Target.EM_X86_64;
            case "aarch64" -> Target.EM_AARCH64;
            default -> 0; // readable as pages; nothing is known of its page tables
        };
    }

    private String text(int offset) {
        ByteBuffer field = header.slice(KdumpLayout.UTSNAME_OFFSET + offset, 65);
        String text = StandardCharsets.ISO_8859_1.decode(field).toString();
        return text.substring(0, Math.max(0, text.indexOf('\0')));
    }

    private PfnSet bitmap(long offset) {
        PfnSet set = new PfnSet(pfnLimit);
        long bytes = (pfnLimit + 7) / 8;
        for (long done = 0; done < bytes; done += PIECE) {
            byte[] piece = new byte[(int) Math.min(PIECE, bytes - done)];
            file.readFully(offset + done, ByteBuffer.wrap(piece));
            set.addBytes(done, piece);
        }
        return set;
    }

    private List<Note> readNotes() {
        long offset = layout.getSub(subHeader, "offset_note");
        long size = layout.getSub(subHeader, "size_note");
        if (offset == 0 || size == 0) {
            return List.of();
        }
        if (offset < 0 || size < 0 || size > file.size() || offset > file.size() - size || size > Integer.MAX_VALUE) {
            throw bad("notes", "within the file", "%d bytes at offset %d".formatted(size, offset));
        }
        return Notes.parse(bytes(offset, (int) size));
    }

    /** The dump level that the file was written with: what it may lack. */
    public int level() {
        return has(WITH_LEVEL) ? (int) layout.getSub(subHeader, "dump_level") : 0;
    }

    /** Whether its writer ran out of space: pages at its end are missing. */
    public boolean incomplete() {
        return (layout.get(header, "status") & KdumpFlags.INCOMPLETE) != 0;
    }

    /** 390 bytes of the kernel's {@code new_utsname}. */
    public byte[] utsname() {
        byte[] utsname = new byte[KdumpLayout.UTSNAME_SIZE];
        header.get(KdumpLayout.UTSNAME_OFFSET, utsname);
        return utsname;
    }

    /** Seconds since 1970, 0 if unknown. */
    public long crashTime() {
        return layout.get(header, "timestamp_sec");
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public long pfnLimit() {
        return pfnLimit;
    }

    @Override
    public PageState state(long pfn) {
        if (stored.set().has(pfn)) {
            return PageState.PRESENT;
        }
        return existing.has(pfn) ? PageState.EXCLUDED : PageState.ABSENT;
    }

    @Override
    public long nextReadable(long pfn) {
        return stored.set().next(Math.max(0, pfn));
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        if (state == PageState.PRESENT) {
            page.put(page(pfn));
        }
        return state;
    }

    private byte[] page(long pfn) {
        ByteBuffer descriptor =
                bytes(descriptors + stored.rank(pfn) * KdumpLayout.DESCRIPTOR.size(), KdumpLayout.DESCRIPTOR.size());
        long offset = KdumpLayout.DESCRIPTOR.field("offset").unsigned(descriptor, 0);
        long size = KdumpLayout.DESCRIPTOR.field("size").unsigned(descriptor, 0);
        long flags = KdumpLayout.DESCRIPTOR.field("flags").unsigned(descriptor, 0);
        if (offset == 0) {
            throw new VmcoreException("%s: page frame 0x%x was lost: the dump is incomplete".formatted(name(), pfn));
        }
        if (size > target.pageSize()) {
            throw bad("page frame 0x%x: size".formatted(pfn), "at most " + target.pageSize(), size);
        }
        Compression compression = KdumpFlags.compression(flags)
                .orElseThrow(() -> bad(
                        "page frame 0x%x: flags".formatted(pfn),
                        "0 (raw), 1 (zlib), 2 (LZO), 4 (snappy) or 0x20 (zstd)",
                        flags));
        byte[] packed = new byte[(int) size];
        file.readFully(offset, ByteBuffer.wrap(packed));
        byte[] page = new byte[target.pageSize()];
        try (PageCodec codec = compression.codec()) {
            codec.unpack(packed, packed.length, page);
        } catch (VmcoreException e) {
            throw new VmcoreException(
                    "%s: page frame 0x%x at offset %d: %s".formatted(name(), pfn, offset, e.getMessage()), e);
        }
        return page;
    }

    @Override
    public List<Note> notes() {
        return notes;
    }

    /** None: the bitmaps say which frames there are. */
    @Override
    public List<Segment> segments() {
        return List.of();
    }

    @Override
    public void close() {
        file.close();
    }
}
