package org.kjump.vmcore.sadump;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;

/**
 * The dump header: behind the only partition's header, or the disk set's.
 *
 * @param position where it stands in the partition's file
 */
record SadumpHeader(Partition partition, long position, ByteBuffer header) {
    private static final long EFER_LMA = 1 << 10;

    static SadumpHeader of(Partition partition, long position) {
        SadumpHeader header = new SadumpHeader(
                partition, position, Partition.read(partition.file(), position, SadumpLayout.HEADER.size()));
        header.check();
        return header;
    }

    private void check() {
        String signature =
                StandardCharsets.ISO_8859_1.decode(header.slice(0, 8)).toString();
        if (!signature.equals(SadumpLayout.SIGNATURE)) {
            throw partition.bad("dump header at offset " + position, "'sadump'", "something else");
        }
        if (get("block_size") != partition.block()) {
            throw partition.bad(
                    "dump header at offset " + position, "block_size " + partition.block(), get("block_size"));
        }
        long bits = 8 * Math.min(get("bitmap_blocks"), get("dumpable_bitmap_blocks")) * partition.block();
        if (pfnLimit() <= 0
                || pfnLimit() > Math.min(bits, PfnSet.LIMIT_MAX)
                || data() > partition.file().size()) {
            throw partition.bad(
                    "dump header at offset " + position,
                    "bitmaps within the file's %d bytes"
                            .formatted(partition.file().size()),
                    "0x%x frames, bitmaps up to offset %d".formatted(pfnLimit(), data()));
        }
    }

    private long get(String member) {
        return SadumpLayout.HEADER.field(member).unsigned(header, 0);
    }

    /** Versions from 1 on have a number of 64 bits. */
    long pfnLimit() {
        return get(get("header_version") == 0 ? "max_mapnr" : "max_mapnr_64");
    }

    /** Where the bitmap of frames that there are starts. */
    long ramBitmap() {
        return position + (1 + get("sub_hdr_size")) * partition.block();
    }

    /** Where the bitmap of frames that are stored starts. */
    long dumpableBitmap() {
        return ramBitmap() + get("bitmap_blocks") * partition.block();
    }

    /** Where the pages start. */
    long data() {
        return dumpableBitmap() + get("dumpable_bitmap_blocks") * partition.block();
    }

    /**
     * One of the processors was in long mode if the kernel is of 64 bits. The sub header has the length of the processors' states, then the
     * states of their APICs, then their own, as the firmware found them in SMRAM.
     */
    Target target() {
        long start = position + partition.block();
        long cpus = get("nr_cpus");
        long room = get("sub_hdr_size") * partition.block();
        if (cpus == 0 || room < Integer.BYTES + cpus * (SadumpLayout.APIC.size() + SadumpLayout.CPU.size())) {
            return target(Target.X86_64);
        }
        long each = (Partition.read(partition.file(), start, Integer.BYTES).getInt(0) & 0xffffffffL) / cpus;
        long states = start + Integer.BYTES + cpus * SadumpLayout.APIC.size();
        if (each < SadumpLayout.CPU.size() || cpus * each > start + room - states) {
            return target(Target.X86_64);
        }
        for (long cpu = 0; cpu < cpus; cpu++) {
            ByteBuffer state = Partition.read(partition.file(), states + cpu * each, SadumpLayout.CPU.size());
            if ((SadumpLayout.CPU.field("ia32_efer").unsigned(state, 0) & EFER_LMA) != 0) {
                return target(Target.X86_64);
            }
        }
        return target(Target.I386);
    }

    private Target target(Target like) {
        return new Target(
                like.elfMachine(), like.wordBytes(), like.order(), Integer.numberOfTrailingZeros(partition.block()));
    }
}
