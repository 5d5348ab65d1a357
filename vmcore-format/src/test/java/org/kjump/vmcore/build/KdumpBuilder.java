package org.kjump.vmcore.build;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.codec.PageCodec;
import org.kjump.vmcore.io.ByteSource;

/**
 * A kdump-compressed file as a description: of any version, in any layout and byte order, whole or as parts. Headers are told as the
 * declarations of makedumpfile's diskdump_mod.h have them, so that a mistake in the layouts under test is not made twice.
 */
public final class KdumpBuilder {
    private static final int DESCRIPTOR = 24;

    /** How a page is told. */
    private record Page(byte[] bytes, Compression compression) {}

    /** A stretch of frames that a file has descriptors for. */
    private record Part(long start, long end) {}

    private final Abi abi;
    private final ByteOrder order;
    private final SortedMap<Long, Page> pages = new TreeMap<>();
    private final TreeSet<Long> excluded = new TreeSet<>();
    private final TreeSet<Long> lost = new TreeSet<>();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private String machine = "";
    private int version = 6;
    private int block = 4096;
    private int level;
    private long limit;
    private int infoOffset;
    private int infoSize;
    private String erased = "";
    private int bitmaps = 2;

    private KdumpBuilder(Abi abi, ByteOrder order) {
        this.abi = abi;
        this.order = order;
    }

    public static KdumpBuilder file(Abi abi, ByteOrder order) {
        return new KdumpBuilder(abi, order);
    }

    /** What {@code uname -m} says on the dumped machine. */
    public KdumpBuilder machine(String name) {
        machine = name;
        return this;
    }

    /** Of the header; members that later versions added are not written. */
    public KdumpBuilder version(int number) {
        version = number;
        return this;
    }

    public KdumpBuilder block(int bytes) {
        block = bytes;
        return this;
    }

    public KdumpBuilder level(int number) {
        level = number;
        return this;
    }

    /** One more than the highest frame; without it the one behind the last that is told. */
    public KdumpBuilder limit(long pfn) {
        limit = pfn;
        return this;
    }

    public KdumpBuilder page(long pfn, byte[] bytes, Compression compression) {
        pages.put(pfn, new Page(Arrays.copyOf(bytes, block), compression));
        limit = Math.max(limit, pfn + 1);
        return this;
    }

    public KdumpBuilder excluded(long pfn) {
        excluded.add(pfn);
        limit = Math.max(limit, pfn + 1);
        return this;
    }

    /** The writer ran out of space before it came to this page, which has been told. */
    public KdumpBuilder lost(long pfn) {
        lost.add(pfn);
        return this;
    }

    public KdumpBuilder erased(String text) {
        erased = text;
        return this;
    }

    /** As an old diskdump has it, for both purposes. */
    public KdumpBuilder oneBitmap() {
        bitmaps = 1;
        return this;
    }

    public KdumpBuilder note(String name, int type, byte[] description) {
        byte[] bytes = DumpBuilder.note(order, name, type, description);
        if (name.equals("VMCOREINFO")) {
            infoOffset = notes.size() + bytes.length - (description.length + 3 & ~3);
            infoSize = description.length;
        }
        notes.writeBytes(bytes);
        return this;
    }

    public KdumpBuilder vmcoreinfo(String text) {
        return note("VMCOREINFO", 0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public byte[] bytes() {
        return file(new Part(0, limit), 0);
    }

    public ByteSource source() {
        return ByteSource.of("built", ByteBuffer.wrap(bytes()));
    }

    /** As {@code --split} writes it, into parts that end at these frames and at the last. */
    public List<byte[]> split(long... ends) {
        List<byte[]> parts = new ArrayList<>();
        long start = 0;
        for (long end : ends) {
            parts.add(file(new Part(start, end), 1));
            start = end;
        }
        parts.add(file(new Part(start, limit), 1));
        return parts;
    }

    private static int blocks(long bytes, int block) {
        return (int) ((bytes + block - 1) / block);
    }

    private byte[] header(int subHeaderBlocks, int bitmapBlocks) {
        byte[] utsname = new byte[6 * 65];
        byte[] name = machine.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, utsname, 4 * 65, name.length);
        return new CStruct(abi, order, 512)
                .bytes("KDUMP   ".getBytes(StandardCharsets.US_ASCII))
                .u32(version)
                .bytes(utsname)
                .word(1227571200)
                .word(0)
                .u32(lost.isEmpty() ? 0 : 8)
                .u32(block)
                .u32(subHeaderBlocks)
                .u32(bitmapBlocks)
                .u32(Math.min(limit, 0xffffffffL))
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(1)
                .done();
    }

    /** Its length does not depend on what it says. */
    private byte[] subHeader(Part part, int split, long notesAt, long erasedAt) {
        CStruct sub = new CStruct(abi, order, 128).word(0);
        if (version >= 1) {
            sub.u32(level);
        }
        if (version >= 2) {
            sub.u32(split).word(split * part.start()).word(split * part.end());
        }
        if (version >= 3) {
            sub.u64(infoSize == 0 ? 0 : notesAt + infoOffset).word(infoSize);
        }
        if (version >= 4) {
            sub.u64(notes.size() == 0 ? 0 : notesAt).word(notes.size());
        }
        if (version >= 5) {
            sub.u64(erased.isEmpty() ? 0 : erasedAt).word(erased.length());
        }
        if (version >= 6) {
            sub.u64(split * part.start()).u64(split * part.end()).u64(limit);
        }
        return sub.done();
    }

    private byte[] file(Part part, int split) {
        int subLength = subHeader(part, split, 0, 0).length;
        int subBlocks = blocks(subLength + (long) notes.size(), block);
        int half = blocks((limit + 7) / 8, block);
        int descriptors = (1 + subBlocks + bitmaps * half) * block;
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int dataAt = descriptors + DESCRIPTOR * pages.size();
        if ((level & 1) != 0) {
            data.writeBytes(new byte[block]);
        }
        ByteBuffer table = ByteBuffer.allocate(DESCRIPTOR * pages.size()).order(order);
        Map<Compression, PageCodec> codecs = new EnumMap<>(Compression.class);
        pages.subMap(part.start(), part.end())
                .forEach((pfn, page) -> put(
                        table,
                        pfn,
                        page,
                        codecs.computeIfAbsent(page.compression(), Compression::codec),
                        dataAt,
                        data));
        codecs.values().forEach(PageCodec::close);
        long erasedAt = dataAt + (long) data.size();
        data.writeBytes(erased.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = new byte[dataAt + data.size()];
        ByteBuffer file = ByteBuffer.wrap(bytes);
        file.put(0, header(subBlocks, bitmaps * half));
        file.put(block, subHeader(part, split, block + subLength, erasedAt));
        file.put(block + subLength, notes.toByteArray());
        if (bitmaps == 2) {
            excluded.forEach(pfn -> mark(bytes, (1 + subBlocks) * block, pfn));
            pages.keySet().forEach(pfn -> mark(bytes, (1 + subBlocks) * block, pfn));
        }
        pages.keySet().forEach(pfn -> mark(bytes, (1 + subBlocks + (bitmaps - 1) * half) * block, pfn));
        file.put(descriptors, table.array());
        file.put(dataAt, data.toByteArray());
        return bytes;
    }

    private static void mark(byte[] file, int bitmap, long pfn) {
        file[bitmap + (int) (pfn / 8)] |= (byte) (1 << pfn % 8);
    }

    private void put(ByteBuffer table, long pfn, Page page, PageCodec codec, int dataAt, ByteArrayOutputStream data) {
        boolean zero = (level & 1) != 0 && Arrays.equals(page.bytes(), new byte[block]);
        if (lost.contains(pfn)) {
            table.putLong(0).putLong(0).putLong(0);
        } else if (zero) {
            table.putLong(dataAt).putInt(block).putInt(0).putLong(0);
        } else {
            byte[] packed = packed(page, codec);
            int flags = packed.length < block ? flags(page.compression()) : 0;
            table.putLong(dataAt + (long) data.size())
                    .putInt(packed.length)
                    .putInt(flags)
                    .putLong(0);
            data.writeBytes(packed);
        }
    }

    private byte[] packed(Page page, PageCodec codec) {
        byte[] packed = new byte[block];
        int size = codec.pack(page.bytes(), 0, block, packed, 0);
        return size < block ? Arrays.copyOf(packed, size) : page.bytes();
    }

    private static int flags(Compression compression) {
        return Map.of(Compression.ZLIB, 1, Compression.LZO, 2, Compression.SNAPPY, 4, Compression.ZSTD, 0x20)
                .getOrDefault(compression, 0);
    }
}
