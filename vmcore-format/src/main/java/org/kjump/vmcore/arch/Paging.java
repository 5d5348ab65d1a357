package org.kjump.vmcore.arch;

import java.nio.ByteOrder;
import java.util.List;

/**
 * A mode of paging as data. Immutable.
 *
 * @param range which addresses it translates at all
 * @param entryBytes size of an entry: 4 or 8
 * @param order of an entry's bytes
 * @param levels from the topmost down
 */
record Paging(Range range, int entryBytes, ByteOrder order, List<Level> levels, EntryFormat format) {
    /** Addresses that are translated: the bits that index no table are not free. */
    record Range(int bits, Above above) {
        boolean has(long vaddr) {
            return bits >= Long.SIZE
                    || switch (above) {
                        case ZEROS -> vaddr >>> bits == 0;
                        case ONES -> vaddr >> bits == -1;
                        case SIGN -> vaddr << Long.SIZE - bits >> Long.SIZE - bits == vaddr;
                        case ANY -> true;
                    };
        }
    }

    /** What the bits above those that are translated have to be. */
    enum Above {
        ZEROS,
        ONES,
        /** As the topmost one below. */
        SIGN,
        /** Another part of the processor looks at them. */
        ANY
    }

    /** In the byte order that all architectures but one have: little-endian. */
    static Paging littleEndian(Range range, int entryBytes, List<Level> levels, EntryFormat format) {
        return new Paging(range, entryBytes, ByteOrder.LITTLE_ENDIAN, levels, format);
    }
}
