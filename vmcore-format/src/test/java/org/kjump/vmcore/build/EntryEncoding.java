package org.kjump.vmcore.build;

import java.nio.ByteOrder;

/**
 * How an architecture's page tables say things. Each constant names the manual its bits are from; bits that are no address are set as
 * kernels set them, so that a reader that takes them for address fails.
 */
public enum EntryEncoding {
    /** Intel SDM volume 3, chapter 4: present, writable, accessed, dirty; PSE 0x80. */
    X86(8) {
        @Override
        long table(long paddr, int rank) {
            return paddr | 0x63;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return paddr | (rank == 0 ? 0x63 : 0xe3);
        }
    },
    /** The same without PAE: bits 32 to 39 of a 4 MiB page's address are in bits 13 to 20 of its entry (PSE-36). */
    X86_32(4) {
        @Override
        long table(long paddr, int rank) {
            return paddr | 0x63;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return rank == 0 ? paddr | 0x63 : paddr & 0xffffffffL | (paddr >>> 32) << 13 | 0xe3;
        }
    },
    /** Arm ARM D8.3, 48 bits: execute-never in bits 53 and 54, inner shareable in bits 8 and 9, accessed. */
    ARM64(8) {
        @Override
        long table(long paddr, int rank) {
            return paddr | 3;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return paddr | XN | 0x700 | (rank == 0 ? 3 : 1);
        }
    },
    /** FEAT_LPA, 64 KiB pages: bits 48 to 51 of an address are in bits 12 to 15. */
    ARM64_LPA(8) {
        @Override
        long table(long paddr, int rank) {
            return low(paddr) | 3;
        }

        private static long low(long paddr) {
            return paddr & 0x0000ffffffff0000L | (paddr >>> 48) << 12;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return low(paddr) | XN | 0x700 | (rank == 0 ? 3 : 1);
        }
    },
    /** FEAT_LPA2, 4 and 16 KiB pages: bits 50 and 51 are where shareability was, 8 and 9. */
    ARM64_LPA2(8) {
        @Override
        long table(long paddr, int rank) {
            return low(paddr) | 3;
        }

        private static long low(long paddr) {
            return paddr & 0x0003fffffffff000L | (paddr >>> 50) << 8;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return low(paddr) | XN | 0x400 | (rank == 0 ? 3 : 1);
        }
    },
    /** ARMv7-A B3.5.1, short descriptors: sections and supersections above, small and large pages below. */
    ARM_SHORT(4) {
        @Override
        long table(long paddr, int rank) {
            return paddr | 1;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            if (size == 1 << 24) {
                return paddr & 0xff000000L
                        | (paddr >>> 32 & 0xf) << 20
                        | (paddr >>> 36) << 5
                        | 1 << 18
                        | 0x1140e & ~0x1e0;
            }
            if (size == 1 << 20) {
                return paddr | 0x1140e;
            }
            return size == 1 << 16 ? paddr | 0x45d & ~3 | 1 : paddr | 0x45e;
        }
    },
    /** RISC-V privileged specification, 4.4: the frame's number from bit 10 on; Svpbmt (bit 61) and Svnapot (bit 63). */
    RISCV(8) {
        @Override
        long table(long paddr, int rank) {
            return (paddr >>> 12) << 10 | 1;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            boolean isNapot = size == 1 << 16;
            return (paddr >>> 12) << 10 | 1L << 61 | 0xcf | (isNapot ? 1L << 63 | 8 << 10 : 0);
        }
    },
    /** z/Architecture Principles of Operation, chapter 3: regions and segments; empty entries tell their level. */
    S390X(8) {
        @Override
        ByteOrder order(ByteOrder machine) {
            return ByteOrder.BIG_ENDIAN;
        }

        @Override
        long leastTable() {
            return 2048;
        }

        @Override
        long empty(int rank) {
            return rank == 0 ? 0x400 : (rank - 1) << 2 | 0x20;
        }

        @Override
        long table(long paddr, int rank) {
            return paddr | (rank - 1) << 2 | (rank == 1 ? 0 : 3);
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return rank == 0 ? paddr | 0x4 : paddr | 0x400 | (rank - 1) << 2 | (rank == 2 ? 3 : 0) | 0x8000;
        }
    },
    /** Power ISA 3.0 book III, 5.7.10: valid and leaf are the topmost bits; a table's size in the lowest. */
    RADIX(8) {
        @Override
        ByteOrder order(ByteOrder machine) {
            return ByteOrder.BIG_ENDIAN;
        }

        @Override
        long table(long paddr, int rank) {
            return paddr | 1L << 63 | 9;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return paddr | 3L << 62 | 0x38f;
        }
    },
    /** Linux on ppc64 with a hashed MMU since 4.7: the same topmost bits for pages, plain addresses for tables. */
    HASH(8) {
        @Override
        ByteOrder order(ByteOrder machine) {
            return ByteOrder.BIG_ENDIAN;
        }

        @Override
        long table(long paddr, int rank) {
            return paddr;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return paddr | 3L << 62 | 0x38f;
        }
    },
    /** The same before 4.6, 64 KiB pages: tables by their addresses in the linear map, frames' numbers from bit 30 on. */
    HASH_3_10(8) {
        @Override
        long table(long paddr, int rank) {
            return paddr | 0xc000000000000000L;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return (paddr >>> 16) << 30 | 0x393;
        }
    },
    /** LoongArch Reference Manual, 5.4: tables by their addresses in the cached window; huge is bit 6, then global is bit 12. */
    LOONGARCH(8) {
        @Override
        long table(long paddr, int rank) {
            return paddr | 0x9000000000000000L;
        }

        @Override
        long leaf(long paddr, long size, int rank) {
            return paddr | 1L << 62 | 0x193 | (rank == 0 ? 0x40 : 0x1040);
        }
    };

    private static final long XN = 3L << 53;

    private final int bytes;

    EntryEncoding(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** The byte order of entries on a machine of some byte order. */
    ByteOrder order(ByteOrder machine) {
        return machine;
    }

    /** Tables are no smaller, whatever they hold; they start at multiples of their size. */
    long leastTable() {
        return 4096;
    }

    /** What an entry that maps nothing looks like. */
    long empty(int rank) {
        return 0;
    }

    /**
     * An entry that leads to a table.
     *
     * @param rank of the entry's own table: 0 for the lowest
     */
    abstract long table(long paddr, int rank);

    /** An entry that maps a page. */
    abstract long leaf(long paddr, long size, int rank);
}
