package org.kjump.vmcore.arch;

/**
 * Short descriptors of arm (Arm ARM ARMv7-A, B3.5): 4096 entries of 1 MiB, below them 256 of 4 KiB. Pages of 16 MiB and of 64 KiB fill 16
 * entries each.
 */
record ArmShortEntries() implements EntryFormat {
    private static final int SUPERSECTION = 1 << 18;

    @Override
    public Kind kind(long entry, Level level) {
        return switch ((int) entry & 3) {
            case 0 -> Kind.ABSENT;
            case 1 -> level.isLowest() ? Kind.PAGE : Kind.TABLE;
            default -> Kind.PAGE;
        };
    }

    @Override
    public long table(long entry, Level level) {
        return entry & 0xfffffc00L;
    }

    @Override
    public int pageShift(long entry, Level level) {
        if (level.isLowest()) {
            return (entry & 3) == 1 ? 16 : 12;
        }
        return (entry & SUPERSECTION) != 0 ? 24 : 20;
    }

    /** A supersection has bits 32 to 35 of its address in bits 20 to 23, and bits 36 to 39 in bits 5 to 8. */
    @Override
    public long page(long entry, Level level) {
        boolean isSuper = !level.isLowest() && (entry & SUPERSECTION) != 0;
        return isSuper ? entry & 0xff000000L | (entry >> 20 & 0xf) << 32 | (entry >> 5 & 0xf) << 36 : entry;
    }
}
