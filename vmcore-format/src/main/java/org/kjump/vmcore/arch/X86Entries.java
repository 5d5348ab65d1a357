package org.kjump.vmcore.arch;

/**
 * Entries of x86 processors' tables (Intel SDM volume 3, chapter 4).
 *
 * @param address the bits of an entry that are an address
 * @param largest log2 of the largest page: entries of higher levels lead to tables only
 */
record X86Entries(long address, int largest) implements EntryFormat {
    static final long ADDRESS_52 = 0x000ffffffffff000L;
    /** Tables of 1024 entries of 32 bits: their large pages reach higher than the entry has bits. */
    private static final int PSE36_SHIFT = 22;

    private static final int PRESENT = 1;
    private static final int LARGE = 0x80;

    @Override
    public Kind kind(long entry, Level level) {
        if ((entry & PRESENT) == 0) {
            return Kind.ABSENT;
        }
        boolean isPage = level.isLowest() || level.shift() <= largest && (entry & LARGE) != 0;
        return isPage ? Kind.PAGE : Kind.TABLE;
    }

    @Override
    public long table(long entry, Level level) {
        return entry & address;
    }

    /** PSE-36: a 4 MiB page has bits 32 to 39 of its address in bits 13 to 20 of the entry. */
    @Override
    public long page(long entry, Level level) {
        long high = level.shift() == PSE36_SHIFT ? (entry >> 13 & 0xff) << 32 : 0;
        return high | entry & address;
    }
}
