package org.kjump.linux.image;

import org.kjump.vmcore.layout.StructLayout;

/** {@code struct boot_params}, the "zero page": Documentation/i386/zero-page.txt and boot.txt of 2.6.27. */
public final class BootParams {
    public static final int SIZE = 4096;
    public static final int E820_MAX = 128;
    public static final int E820_ENTRY_SIZE = 20;
    /** "HdrS" */
    public static final int HEADER_MAGIC = 0x53726448;

    public static final StructLayout LAYOUT = StructLayout.named("boot_params")
            .u16("ext_mem_k", 0x002)
            .u32("alt_mem_k", 0x1e0)
            .u8("e820_entries", 0x1e8)
            .u8("setup_sects", 0x1f1)
            .u16("root_flags", 0x1f2)
            .u32("syssize", 0x1f4)
            .u16("vid_mode", 0x1fa)
            .u16("boot_flag", 0x1fe)
            .u8("jump", 0x200)
            .u8("jump_offset", 0x201)
            .u32("header", 0x202)
            .u16("version", 0x206)
            .u16("kernel_version", 0x20e)
            .u8("type_of_loader", 0x210)
            .u8("loadflags", 0x211)
            .u32("code32_start", 0x214)
            .u32("ramdisk_image", 0x218)
            .u32("ramdisk_size", 0x21c)
            .u32("cmd_line_ptr", 0x228)
            .u32("initrd_addr_max", 0x22c)
            .u32("kernel_alignment", 0x230)
            .u8("relocatable_kernel", 0x234)
            .u32("cmdline_size", 0x238)
            .u32("payload_offset", 0x248)
            .u32("payload_length", 0x24c)
            .bytes("e820_map", 0x2d0, E820_MAX * E820_ENTRY_SIZE)
            .size(SIZE);

    private BootParams() {}
}
