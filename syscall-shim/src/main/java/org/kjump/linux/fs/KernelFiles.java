package org.kjump.linux.fs;

import static org.kjump.linux.view.KernelView.paddr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.kjump.linux.kexec.MachineKexec;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.view.E820Table;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.E820Entry;

/** What a kernel says of itself in /proc and /sys. Each file is made when it is opened, from what memory then says. */
record KernelFiles(KernelView kernel) {
    /** Every file that there is, by path. */
    Map<String, Supplier<ReadChannel>> all() {
        Map<String, Supplier<ReadChannel>> files = new TreeMap<>();
        text(files, "/proc/cmdline", () -> kernel.commandLine() + "\n");
        text(files, "/proc/iomem", this::iomem);
        text(files, "/proc/meminfo", this::meminfo);
        text(files, "/proc/version", () -> kernel.string(kernel.profile().symbol("linux_banner"), 200));
        files.put("/proc/kcore", () -> new Vmcore.Bytes(kcore()));
        if (kernel.configured("PROC_VMCORE")) {
            files.put("/proc/vmcore", () -> Vmcore.open(kernel));
        }
        if (kernel.configured("KEXEC")) {
            kexec(files);
        }
        if (kernel.configured("FIRMWARE_MEMMAP")) {
            firmwareMap(files);
        }
        return files;
    }

    private void kexec(Map<String, Supplier<ReadChannel>> files) {
        MachineKexec kexec = new MachineKexec(kernel);
        text(files, "/sys/kernel/kexec_loaded", () -> flag(kexec.loaded()));
        text(files, "/sys/kernel/kexec_crash_loaded", () -> flag(kexec.crashLoaded()));
        // 2.6.27 prints the length of the text's buffer, not of the note.
        text(files, "/sys/kernel/vmcoreinfo", () -> "%x 1000\n".formatted(symbol("vmcoreinfo_note")));
        // Where a crash would leave this processor's registers: drivers/base/cpu.c.
        text(files, "/sys/devices/system/cpu/cpu0/crash_notes", () -> "%x\n".formatted(symbol("crash_notes")));
    }

    private void firmwareMap(Map<String, Supplier<ReadChannel>> files) {
        List<E820Entry> map = E820Table.load(kernel, "firmware_map");
        for (int i = 0; i < map.size(); i++) {
            E820Entry entry = map.get(i);
            String directory = "/sys/firmware/memmap/" + i + "/";
            text(files, directory + "start", () -> "0x%x\n".formatted(entry.start()));
            text(files, directory + "end", () -> "0x%x\n".formatted(entry.end() - 1));
            text(files, directory + "type", () -> entry.type().label() + "\n");
        }
    }

    private static void text(Map<String, Supplier<ReadChannel>> files, String path, Supplier<String> content) {
        files.put(path, () -> new Vmcore.Bytes(content.get().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String flag(boolean set) {
        return set ? "1\n" : "0\n";
    }

    private String iomem() {
        StringBuilder text = new StringBuilder();
        for (E820Entry entry : E820Table.load(kernel, "e820")) {
            line(text, "", entry.start(), entry.end(), entry.type().label());
            if (entry.type() == E820Entry.Type.RAM && entry.start() <= 0x100000 && entry.end() > 0x100000) {
                line(text, "  ", symbol("_text"), symbol("_etext"), "Kernel code");
                line(text, "  ", symbol("_etext"), symbol("_edata"), "Kernel data");
                line(text, "  ", symbol("__init_end"), symbol("_end"), "Kernel bss");
                long crashEnd = kernel.variable("crashk_end");
                if (crashEnd != 0) {
                    line(text, "  ", kernel.variable("crashk_start"), crashEnd + 1, "Crash kernel");
                }
            }
        }
        return text.toString();
    }

    private long symbol(String name) {
        return paddr(kernel.profile().symbol(name));
    }

    private static void line(StringBuilder text, String indent, long start, long end, String name) {
        text.append("%s%08x-%08x : %s\n".formatted(indent, start, end - 1, name));
    }

    /** fs/proc/proc_misc.c; there is no swap, and nothing is dirty. */
    private String meminfo() {
        PageAllocator allocator = new PageAllocator(kernel);
        long total = kernel.variable("totalram_pages");
        long free = allocator.freePages();
        long high = kernel.variable("totalhigh_pages");
        long highFree = allocator.freeHighPages();
        StringBuilder text = new StringBuilder();
        pages(text, "MemTotal", total);
        pages(text, "MemFree", free);
        pages(text, "Buffers", 0);
        pages(text, "Cached", count("NR_FILE_PAGES"));
        pages(text, "SwapCached", 0);
        pages(text, "Active", count("NR_ACTIVE"));
        pages(text, "Inactive", count("NR_INACTIVE"));
        pages(text, "HighTotal", high);
        pages(text, "HighFree", highFree);
        pages(text, "LowTotal", total - high);
        pages(text, "LowFree", free - highFree);
        pages(text, "SwapTotal", 0);
        pages(text, "SwapFree", 0);
        pages(text, "Dirty", 0);
        pages(text, "Writeback", 0);
        pages(text, "AnonPages", count("NR_ANON_PAGES"));
        pages(text, "Mapped", 0);
        pages(text, "Slab", count("NR_SLAB_UNRECLAIMABLE"));
        pages(text, "SReclaimable", 0);
        pages(text, "SUnreclaim", count("NR_SLAB_UNRECLAIMABLE"));
        pages(text, "PageTables", count("NR_PAGETABLE"));
        return text.toString();
    }

    private long count(String item) {
        return kernel.u32(
                kernel.profile().symbol("vm_stat") + 4L * kernel.profile().number(item));
    }

    private static void pages(StringBuilder text, String name, long pages) {
        text.append("%-13s %8d kB\n".formatted(name + ":", 4 * pages));
    }

    /** The notes of /proc/kcore: an idle processor's registers, and the text of VMCOREINFO, which no note has at a jump. */
    private byte[] kcore() {
        byte[] text = new byte[(int) Math.min(kernel.variable("vmcoreinfo_size"), 4096)];
        kernel.read(kernel.profile().symbol("vmcoreinfo_data"), ByteBuffer.wrap(text));
        byte[] status = new byte[144];
        int notes = 12 + 8 + status.length + 12 + 12 + (text.length + 3 & ~3);
        ByteBuffer core = ByteBuffer.allocate(52 + 32 + notes).order(ByteOrder.LITTLE_ENDIAN);
        core.putInt(0x464c457f).put((byte) 1).put((byte) 1).put((byte) 1).position(16);
        core.putShort((short) 4)
                .putShort((short) 3)
                .putInt(1)
                .putInt(0)
                .putInt(52)
                .putInt(0)
                .putInt(0);
        core.putShort((short) 52).putShort((short) 32).putShort((short) 1).putShort((short) 40);
        core.position(52);
        core.putInt(4)
                .putInt(84)
                .putInt(0)
                .putInt(0)
                .putInt(notes)
                .putInt(notes)
                .putInt(0)
                .putInt(0);
        note(core, "CORE", 1, status);
        note(core, "VMCOREINFO", 0, text);
        return core.array();
    }

    private static void note(ByteBuffer core, String name, int type, byte[] description) {
        core.putInt(name.length() + 1).putInt(description.length).putInt(type);
        core.put((name + "\0").getBytes(StandardCharsets.US_ASCII));
        core.position(core.position() + 3 & ~3);
        core.put(description);
        core.position(core.position() + 3 & ~3);
    }
}
