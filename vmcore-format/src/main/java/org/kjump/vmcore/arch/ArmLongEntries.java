package org.kjump.vmcore.arch;

/**
 * Entries of 64 bits, of arm64 (Arm ARM, D8.3, VMSAv8-64) and of arm with LPAE: the lowest two bits say table, block or page.
 */
enum ArmLongEntries implements EntryFormat {
    /** The address in its place, 48 bits of it (40 with LPAE, where the others are 0). */
    BITS_48 {
        @Override
        long address(long entry, int least) {
            return entry & BELOW_48 & -1L << least;
        }
    },
    /** 64 KiB pages with 52 bits (FEAT_LPA): the topmost four in bits 12 to 15. */
    BITS_52_IN_LOW_BITS {
        @Override
        long address(long entry, int least) {
            return BITS_48.address(entry, Math.max(least, 16)) | (entry >> 12 & 0xf) << 48;
        }
    },
    /** Smaller pages with 52 bits (FEAT_LPA2): 50 in their places, the topmost two in bits 8 and 9. */
    BITS_52_LPA2 {
        @Override
        long address(long entry, int least) {
            return entry & (1L << 50) - 1 & -1L << least | (entry >> 8 & 3) << 50;
        }
    };

    private static final long BELOW_48 = (1L << 48) - 1;
    private static final int TYPE = 3;
    private static final int TABLE_OR_PAGE = 3;
    private static final int BLOCK = 1;

    /** @param least the lowest bit that is address */
    abstract long address(long entry, int least);

    @Override
    public Kind kind(long entry, Level level) {
        return switch ((int) entry & TYPE) {
            case TABLE_OR_PAGE -> level.isLowest() ? Kind.PAGE : Kind.TABLE;
            case BLOCK -> level.isLowest() ? Kind.ABSENT : Kind.PAGE;
            default -> Kind.ABSENT;
        };
    }

    /** Tables of less than a page start at multiples of their size; bits below 12 are never address. */
    @Override
    public long table(long entry, Level level) {
        return address(entry, 12);
    }

    @Override
    public long page(long entry, Level level) {
        return address(entry, 12);
    }
}
