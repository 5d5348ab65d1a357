package org.kjump.linux.boot;

import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.linux.image.BootParams;
import org.kjump.linux.view.E820Table;
import org.kjump.linux.view.KernelPanic;
import org.kjump.machine.E820Entry;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/** What the boot needs from places that the kernel is about to overwrite. */
record Handed(String commandLine, List<E820Entry> map, byte[] config, byte[] initrd, long initrdAt) {
    /** @param bootParams physical address, from ESI */
    static Handed takeOver(Ram ram, long bootParams) {
        Struct params = BootParams.LAYOUT.at(ram, bootParams);
        if (params.get("header") != BootParams.HEADER_MAGIC) {
            throw new KernelPanic("no boot parameters at %08x".formatted(bootParams));
        }
        int entries = (int) Math.min(params.get("e820_entries"), BootParams.E820_MAX);
        List<E820Entry> map = E820Table.entries(ram, params.addressOf("e820_map"), entries);
        byte[] config =
                bytes(ram, Boot.LOAD_ADDRESS + params.get("payload_offset"), params.get("payload_length"), 1 << 18);
        long initrdAt = params.get("ramdisk_image");
        byte[] initrd = bytes(ram, initrdAt, params.get("ramdisk_size"), ram.size());
        StringBuilder line = new StringBuilder();
        long at = params.get("cmd_line_ptr");
        for (int i = 0; at != 0 && i < 2047 && ram.u8(at + i) != 0; i++) {
            line.append((char) ram.u8(at + i));
        }
        return new Handed(line.toString().trim(), map, config, initrd, initrdAt);
    }

    private static byte[] bytes(Ram ram, long paddr, long length, long limit) {
        if (length > limit || paddr + length > ram.size()) {
            throw new KernelPanic("%d bytes at %08x are not in memory".formatted(length, paddr));
        }
        byte[] bytes = new byte[(int) length];
        ram.read(paddr, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
