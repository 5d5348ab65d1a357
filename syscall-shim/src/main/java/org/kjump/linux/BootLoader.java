package org.kjump.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kjump.linux.image.BootParams;
import org.kjump.linux.view.E820Table;
import org.kjump.machine.E820Entry;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineException;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Field;

/** Firmware and boot loader in one: switches the machine on, loads a bzImage and runs it (Documentation/i386/boot.txt). */
public final class BootLoader {
    private static final long PARAMETERS = 0x90000;
    private static final long COMMAND_LINE = 0x91000;
    private static final long LOAD_ADDRESS = 0x100000;
    private static final long OLD_INITRD_LIMIT = 0x37ffffff;
    private static final int LOADER_UNKNOWN = 0xff;

    private BootLoader() {}

    /**
     * Returns when the kernel idles.
     *
     * @param name of the image, for messages
     * @param initrd empty for none
     * @throws MachineException if the image is none or does not fit
     * @throws org.kjump.syscall.ProcessGoneException if the kernel stops
     */
    public static void boot(Machine machine, String name, byte[] image, byte[] initrd, String commandLine) {
        ByteBuffer file = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        if (image.length < 0x400 || get(file, "header") != BootParams.HEADER_MAGIC) {
            throw new MachineException("%s: no bzImage: 'HdrS' expected at offset 0x202".formatted(name));
        }
        int setupSectors = (int) get(file, "setup_sects");
        int setup = ((setupSectors == 0 ? 4 : setupSectors) + 1) * 512;
        long size = get(file, "syssize") * 16;
        if (setup + size > image.length) {
            throw new MachineException(
                    "%s: cut: %d bytes expected, %d found".formatted(name, setup + size, image.length));
        }
        if (commandLine.length() > 2047) {
            throw new MachineException("command line of %d characters; at most 2047".formatted(commandLine.length()));
        }
        long limit = get(file, "initrd_addr_max");
        // Before protocol 2.03 the header does not say it.
        long highest = Math.min(machine.ram().size(), (limit == 0 ? OLD_INITRD_LIMIT : limit) + 1);
        long initrdAt = highest - initrd.length & -Ram.PAGE_SIZE;
        if (LOAD_ADDRESS + size > initrdAt) {
            throw new MachineException("%s and its initrd do not fit into %d MiB".formatted(name, highest >> 20));
        }
        machine.powerOn();
        Ram ram = machine.ram();
        ram.write(LOAD_ADDRESS, ByteBuffer.wrap(image, setup, (int) size));
        ram.write(initrdAt, ByteBuffer.wrap(initrd));
        ram.write(COMMAND_LINE, ByteBuffer.wrap((commandLine + "\0").getBytes(StandardCharsets.ISO_8859_1)));
        ram.write(PARAMETERS, ByteBuffer.wrap(parameters(machine, file, initrd, initrdAt)));
        CpuState cpu = machine.cpu();
        cpu.general[CpuState.ESI] = (int) PARAMETERS;
        cpu.general[CpuState.ESP] = (int) PARAMETERS;
        cpu.eip = (int) LOAD_ADDRESS;
        Execution.run(machine);
    }

    private static byte[] parameters(Machine machine, ByteBuffer file, byte[] initrd, long initrdAt) {
        ByteBuffer page = ByteBuffer.allocate(BootParams.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        int headerStart = BootParams.LAYOUT.field("setup_sects").offset();
        int headerEnd = Math.min(0x202 + (int) get(file, "jump_offset"), 0x290);
        page.put(headerStart, file, headerStart, headerEnd - headerStart);
        set(page, "type_of_loader", LOADER_UNKNOWN);
        set(page, "cmd_line_ptr", COMMAND_LINE);
        if (initrd.length > 0) {
            set(page, "ramdisk_image", initrdAt);
            set(page, "ramdisk_size", initrd.length);
        }
        List<E820Entry> map = machine.e820();
        set(page, "e820_entries", map.size());
        page.put(BootParams.LAYOUT.field("e820_map").offset(), E820Table.bytes(map));
        set(page, "alt_mem_k", machine.ram().size() - 0x100000 >> 10);
        return page.array();
    }

    private static long get(ByteBuffer bytes, String field) {
        Field found = BootParams.LAYOUT.field(field);
        return found.unsigned(bytes, 0);
    }

    private static void set(ByteBuffer bytes, String field, long value) {
        BootParams.LAYOUT.field(field).setUnsigned(bytes, 0, value);
    }
}
