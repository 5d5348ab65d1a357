package org.kjump.linux.view;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.kjump.machine.E820Entry;
import org.kjump.vmcore.layout.WritableMemory;

/**
 * A memory map as Linux keeps it: {@code struct e820map}, a count and entries of 20 bytes {start, size, type}. At the
 * symbol {@code e820} the map that the kernel uses, at {@code firmware_map} the one that it was given.
 */
public final class E820Table {
    public static final int MAX_ENTRIES = 128;
    private static final int ENTRY = 20;

    private E820Table() {}

    /** Reads {@code count} entries at {@code address}. */
    public static List<E820Entry> entries(WritableMemory memory, long address, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        memory.read(address, bytes);
        bytes.flip();
        List<E820Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long start = bytes.getLong();
            long size = bytes.getLong();
            int number = bytes.getInt();
            for (E820Entry.Type type : E820Entry.Type.values()) {
                if (type.number() == number && start >= 0 && size > 0 && start + size > start) {
                    entries.add(new E820Entry(start, start + size, type));
                }
            }
        }
        return entries;
    }

    /** The entries as they stand in memory, without the count. */
    public static byte[] bytes(List<E820Entry> entries) {
        ByteBuffer bytes = ByteBuffer.allocate(entries.size() * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        for (E820Entry entry : entries) {
            bytes.putLong(entry.start())
                    .putLong(entry.end() - entry.start())
                    .putInt(entry.type().number());
        }
        return bytes.array();
    }

    public static void store(KernelView kernel, String symbol, List<E820Entry> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new KernelPanic("%d entries in the memory map".formatted(entries.size()));
        }
        kernel.setVariable(symbol, entries.size());
        kernel.setBytes(kernel.profile().symbol(symbol) + 4, bytes(entries));
    }

    public static List<E820Entry> load(KernelView kernel, String symbol) {
        int count = (int) Math.min(kernel.variable(symbol), MAX_ENTRIES);
        return entries(kernel, kernel.profile().symbol(symbol) + 4, count);
    }
}
