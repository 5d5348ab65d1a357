package org.kjump.vmcore.build;

import java.util.List;

/**
 * Page tables in a described machine's memory, made as pages are mapped (Intel SDM volume 3, chapter 4: the shifts of the levels, PSE
 * 0x80, and bits 32 to 39 of a 4 MiB page's address in bits 13 to 20 of its entry). Not thread-safe.
 */
public final class PageTables {
    /** Present, writable, accessed, dirty. */
    private static final long TABLE = 0x63;

    private static final long LARGE = 0x80;
    private static final int PAGE = 4096;

    /**
     * A mode of paging.
     *
     * @param entryBytes the size of an entry
     * @param shifts the address bit at which each level's index starts, from the top
     */
    public record Mode(int entryBytes, List<Integer> shifts) {
        public static final Mode TWO_LEVELS = new Mode(4, List.of(22, 12));
        public static final Mode PAE = new Mode(8, List.of(30, 21, 12));
        public static final Mode FOUR_LEVELS = new Mode(8, List.of(39, 30, 21, 12));
        public static final Mode FIVE_LEVELS = new Mode(8, List.of(48, 39, 30, 21, 12));
    }

    private final Ram ram;
    private final Mode mode;
    private final long root;
    private long next;

    /**
     * @param root physical address of the topmost table
     * @param next where the first of the other tables goes; the others follow it
     */
    public PageTables(Ram ram, Mode mode, long root, long next) {
        this.ram = ram;
        this.mode = mode;
        this.root = root;
        this.next = next;
    }

    /**
     * Maps one page.
     *
     * @param size of the page: one that the mode has
     */
    public PageTables map(long vaddr, long paddr, long size) {
        long table = root;
        for (int shift : mode.shifts) {
            long perTable = PAGE / mode.entryBytes;
            long slot = table + (vaddr >>> shift & perTable - 1) * mode.entryBytes;
            if (size == 1L << shift) {
                ram.setUnsigned(slot, mode.entryBytes, leaf(paddr, size));
                return this;
            }
            table = below(slot);
        }
        throw new IllegalArgumentException("no page of %d bytes in %s".formatted(size, mode));
    }

    private static long leaf(long paddr, long size) {
        long flags = size == PAGE ? TABLE : TABLE | LARGE;
        return size == 4 << 20 ? paddr & 0xffffffffL | (paddr >>> 32) << 13 | flags : paddr | flags;
    }

    private long below(long slot) {
        long entry = ram.unsigned(slot, mode.entryBytes);
        if (entry == 0) {
            entry = next | TABLE;
            ram.setUnsigned(slot, mode.entryBytes, entry);
            next += PAGE;
        }
        return entry & -PAGE;
    }
}
