package org.kjump.vmcore.sadump;

import org.kjump.vmcore.layout.StructLayout;

/** The headers of sadump's containers (makedumpfile's sadump_mod.h, libkdumpfile's sadump.c): little-endian. */
final class SadumpLayout {
    /** {@code sadump_part_header}: a whole block, of which the words from {@code magicnum} on are a chain. */
    static final StructLayout PARTITION = StructLayout.named("sadump_part_header")
            .u32("signature1", 0)
            .u32("signature2", 4)
            .bytes("sadump_id", 88, 16)
            .bytes("disk_set_id", 104, 16)
            .bytes("vol_id", 120, 16)
            .bytes("time_stamp", 136, 16)
            .u32("set_disk_set", 152)
            .u64("used_device", 160)
            .u32("magicnum", 168)
            .size(172);

    static final StructLayout DISK_SET = StructLayout.named("sadump_disk_set_header")
            .u32("disk_set_header_size", 0)
            .u32("disk_num", 4)
            .size(16);

    /** Behind the disk set header, one for each disk. */
    static final StructLayout VOLUME =
            StructLayout.named("sadump_volume_info").bytes("id", 0, 16).size(32);

    static final StructLayout MEDIA = StructLayout.named("sadump_media_header")
            .bytes("sadump_id", 0, 16)
            .bytes("disk_set_id", 16, 16)
            .bytes("time_stamp", 32, 16)
            .u8("sequential_num", 48)
            .size(52);

    static final StructLayout HEADER = StructLayout.named("sadump_header")
            .bytes("signature", 0, 8)
            .u32("header_version", 8)
            .u32("block_size", 40)
            .u32("sub_hdr_size", 48)
            .u32("bitmap_blocks", 52)
            .u32("dumpable_bitmap_blocks", 56)
            .u32("max_mapnr", 60)
            .u32("nr_cpus", 80)
            .u64("max_mapnr_64", 88)
            .size(120);

    static final StructLayout APIC = StructLayout.named("sadump_apic_state")
            .u64("apic_id", 0)
            .u64("ldr", 8)
            .size(16);

    static final StructLayout CPU = StructLayout.named("sadump_smram_cpu_state")
            .u64("ia32_efer", 992)
            .u64("cr3", 1008)
            .u64("cr0", 1016)
            .size(1024);

    static final long SIGNATURE1 = 0x75646173;
    static final long SIGNATURE2 = 0x0000706d;
    static final String SIGNATURE = "sadump\0\0";

    private SadumpLayout() {}
}
