package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.layout.StructLayout;

/**
 * The headers of kdump-compressed files (makedumpfile's diskdump_mod.h, version 6). They are as the compiler of the dumped
 * machine's makedumpfile laid them out, so there are several; all integers are in that machine's byte order.
 *
 * @param wordBytes size of {@code long} where the file was written: that of the dumped machine, but for QEMU, which writes the
 *     headers of 64-bit machines for an i386 guest with memory or firmware at the end of 4 GiB
 */
record KdumpLayout(int wordBytes, StructLayout header, StructLayout subHeader) {
    private static final StructLayout HEADER_32 = StructLayout.named("disk_dump_header")
            .bytes("signature", 0, 8)
            .u32("header_version", 8)
            .bytes("utsname", 12, 390)
            .u32("timestamp_sec", 404)
            .u32("timestamp_usec", 408)
            .u32("status", 412)
            .u32("block_size", 416)
            .u32("sub_hdr_size", 420)
            .u32("bitmap_blocks", 424)
            .u32("max_mapnr", 428)
            .u32("total_ram_blocks", 432)
            .u32("device_blocks", 436)
            .u32("written_blocks", 440)
            .u32("current_cpu", 444)
            .u32("nr_cpus", 448)
            .size(452);

    /** i386: longs of 4 bytes, 64-bit members aligned to 4. */
    static final KdumpLayout I386 = new KdumpLayout(
            4,
            HEADER_32,
            StructLayout.named("kdump_sub_header")
                    .u32("phys_base", 0)
                    .u32("dump_level", 4)
                    .u32("split", 8)
                    .u32("start_pfn", 12)
                    .u32("end_pfn", 16)
                    .u64("offset_vmcoreinfo", 20)
                    .u32("size_vmcoreinfo", 28)
                    .u64("offset_note", 32)
                    .u32("size_note", 40)
                    .u64("offset_eraseinfo", 44)
                    .u32("size_eraseinfo", 52)
                    .u64("start_pfn_64", 56)
                    .u64("end_pfn_64", 64)
                    .u64("max_mapnr_64", 72)
                    .size(80));

    /** ARM, MIPS, PowerPC and other 32-bit machines whose 64-bit members stand at multiples of 8. */
    static final KdumpLayout ALIGNED = new KdumpLayout(
            4,
            HEADER_32,
            StructLayout.named("kdump_sub_header")
                    .u32("phys_base", 0)
                    .u32("dump_level", 4)
                    .u32("split", 8)
                    .u32("start_pfn", 12)
                    .u32("end_pfn", 16)
                    .u64("offset_vmcoreinfo", 24)
                    .u32("size_vmcoreinfo", 32)
                    .u64("offset_note", 40)
                    .u32("size_note", 48)
                    .u64("offset_eraseinfo", 56)
                    .u32("size_eraseinfo", 64)
                    .u64("start_pfn_64", 72)
                    .u64("end_pfn_64", 80)
                    .u64("max_mapnr_64", 88)
                    .size(96));

    /** x86_64 and other 64-bit machines. */
    static final KdumpLayout WIDE = new KdumpLayout(
            8,
            StructLayout.named("disk_dump_header")
                    .bytes("signature", 0, 8)
                    .u32("header_version", 8)
                    .bytes("utsname", 12, 390)
                    .u64("timestamp_sec", 408)
                    .u64("timestamp_usec", 416)
                    .u32("status", 424)
                    .u32("block_size", 428)
                    .u32("sub_hdr_size", 432)
                    .u32("bitmap_blocks", 436)
                    .u32("max_mapnr", 440)
                    .u32("total_ram_blocks", 444)
                    .u32("device_blocks", 448)
                    .u32("written_blocks", 452)
                    .u32("current_cpu", 456)
                    .u32("nr_cpus", 460)
                    .size(464),
            StructLayout.named("kdump_sub_header")
                    .u64("phys_base", 0)
                    .u32("dump_level", 8)
                    .u32("split", 12)
                    .u64("start_pfn", 16)
                    .u64("end_pfn", 24)
                    .u64("offset_vmcoreinfo", 32)
                    .u64("size_vmcoreinfo", 40)
                    .u64("offset_note", 48)
                    .u64("size_note", 56)
                    .u64("offset_eraseinfo", 64)
                    .u64("size_eraseinfo", 72)
                    .u64("start_pfn_64", 80)
                    .u64("end_pfn_64", 88)
                    .u64("max_mapnr_64", 96)
                    .size(104));

    static final String SIGNATURE = "KDUMP   ";
    static final int UTSNAME_OFFSET = 12;
    static final int UTSNAME_SIZE = 390;

    /** {@code struct page_desc}: the same on all machines. */
    static final StructLayout DESCRIPTOR = StructLayout.named("page_desc")
            .u64("offset", 0)
            .u32("size", 8)
            .u32("flags", 12)
            .u64("page_flags", 16)
            .size(24);

    /** e_machine of MIPS, PA-RISC, PowerPC, S/390, ARM, RISC-V and LoongArch. */
    private static final Set<Integer> ALIGNING_TO_8 = Set.of(8, 15, 20, 22, 40, 243, 258);

    static final List<KdumpLayout> ALL = List.of(I386, ALIGNED, WIDE);

    /**
     * The layout that files of a machine have.
     *
     * @throws VmcoreException if it is a 32-bit machine whose alignment is not known
     */
    static KdumpLayout of(String name, Target target) {
        if (target.wordBytes() == 8) {
            return WIDE;
        }
        if (ALIGNING_TO_8.contains(target.elfMachine())) {
            return ALIGNED;
        }
        boolean i386 = target.elfMachine() == Target.EM_386 || target.elfMachine() == Target.EM_486;
        if (i386 && target.order() == ByteOrder.LITTLE_ENDIAN) {
            return I386;
        }
        throw new VmcoreException("%s: kdump-compressed files of machine %d (e_machine), %d-bit, %s, are not known"
                .formatted(name, target.elfMachine(), 8 * target.wordBytes(), target.order()));
    }

    long get(ByteBuffer header, String member) {
        return this.header.field(member).unsigned(header, 0);
    }

    long getSub(ByteBuffer subHeader, String member) {
        return this.subHeader.field(member).unsigned(subHeader, 0);
    }

    void set(ByteBuffer header, String member, long value) {
        this.header.field(member).setUnsigned(header, 0, value);
    }

    void setSub(ByteBuffer subHeader, String member, long value) {
        this.subHeader.field(member).setUnsigned(subHeader, 0, value);
    }
}
