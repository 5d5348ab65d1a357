package org.kjump.vmcore.build;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A dump of sadump's as a description, in any of its containers. Offsets are those of the format's description (makedumpfile's
 * sadump_mod.h), told here once more.
 */
public final class SadumpBuilder {
    private static final byte[] SADUMP_ID = id('s');
    private static final byte[] DISK_SET_ID = id('d');
    private static final byte[] TIME = id('t');

    private final SortedMap<Long, byte[]> pages = new TreeMap<>();
    private final TreeSet<Long> ram = new TreeSet<>();
    private int block = 4096;
    private int version = 1;
    private long efer = 1 << 10;
    private long limit;

    private static byte[] id(int fill) {
        byte[] id = new byte[16];
        Arrays.fill(id, (byte) fill);
        return id;
    }

    public SadumpBuilder block(int bytes) {
        block = bytes;
        return this;
    }

    /** Of the dump header: version 0 has frame numbers of 32 bits. */
    public SadumpBuilder version(int number) {
        version = number;
        return this;
    }

    /** The processor was not in long mode. */
    public SadumpBuilder i386() {
        efer = 0;
        return this;
    }

    public SadumpBuilder page(long pfn, byte[] bytes) {
        pages.put(pfn, Arrays.copyOf(bytes, block));
        return notStored(pfn);
    }

    /** The machine has the frame, the dump does not. */
    public SadumpBuilder notStored(long pfn) {
        ram.add(pfn);
        limit = Math.max(limit, pfn + 1);
        return this;
    }

    private byte[] blocks(int count) {
        return new byte[count * block];
    }

    private static ByteBuffer words(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] partition(int disk, long used) {
        byte[] bytes = blocks(1);
        ByteBuffer header = words(bytes).putInt(0, 0x75646173).putInt(4, 0x706d).putInt(8, 1);
        header.put(88, SADUMP_ID).put(104, DISK_SET_ID).put(120, id(disk)).put(136, TIME);
        header.putInt(152, disk).putLong(160, used);
        int magic = 0x1234567;
        for (int at = 168; at < block; at += 4) {
            header.putInt(at, magic);
            magic = (magic + 7) * 11;
        }
        return bytes;
    }

    private byte[] media() {
        byte[] bytes = blocks(1);
        words(bytes).put(0, SADUMP_ID).put(16, DISK_SET_ID).put(32, TIME).put(48, (byte) 1);
        return bytes;
    }

    private byte[] diskSet(int disks) {
        byte[] bytes = blocks(1);
        ByteBuffer header = words(bytes).putInt(0, 1).putInt(4, disks);
        for (int disk = 1; disk <= disks; disk++) {
            header.put(16 + 32 * (disk - 1), id(disk));
        }
        return bytes;
    }

    private int bitmapBlocks() {
        return (int) ((limit + 8L * block - 1) / (8L * block));
    }

    /** Dump header, sub header of one block with one processor, bitmaps. */
    private byte[] dump() {
        byte[] bytes = blocks(2 + 2 * bitmapBlocks());
        ByteBuffer header = words(bytes);
        header.put(0, new byte[] {'s', 'a', 'd', 'u', 'm', 'p'}).putInt(8, version);
        header.putInt(40, block).putInt(48, 1).putInt(52, bitmapBlocks()).putInt(56, bitmapBlocks());
        header.putInt(version == 0 ? 60 : 88, (int) limit).putInt(80, 1);
        header.putInt(block, 1024).putLong(block + 4 + 16 + 992, efer);
        ram.forEach(pfn -> mark(header, 2 * block, pfn));
        pages.keySet().forEach(pfn -> mark(header, (2 + bitmapBlocks()) * block, pfn));
        return bytes;
    }

    private static void mark(ByteBuffer file, int bitmap, long pfn) {
        int at = bitmap + (int) (pfn / 8);
        file.put(at, (byte) (file.get(at) | 0x80 >> pfn % 8));
    }

    private byte[] data(int from, int to) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        List.copyOf(pages.values()).subList(from, to).forEach(data::writeBytes);
        return data.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private byte[] onePartition() {
        byte[] rest = joined(dump(), data(0, pages.size()));
        return joined(partition(0, block + (long) rest.length), rest);
    }

    public byte[] singlePartition() {
        return onePartition();
    }

    public byte[] mediaBackup() {
        return joined(media(), onePartition());
    }

    /** @param perDisk how many pages lie on each disk but the last */
    public List<byte[]> disks(int count, int perDisk) {
        List<byte[]> disks = new ArrayList<>();
        for (int disk = 1; disk <= count; disk++) {
            byte[] data = data((disk - 1) * perDisk, disk == count ? pages.size() : disk * perDisk);
            byte[] rest = disk == 1 ? joined(diskSet(count), dump(), data) : data;
            // What stands behind is an older dump's.
            disks.add(joined(partition(disk, block + (long) rest.length), rest, new byte[3 * block]));
        }
        return disks;
    }
}
