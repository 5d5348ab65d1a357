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
        files.put("/proc/vmcore", () -> Vmcore.open(kernel));
        MachineKexec kexec = new MachineKexec(kernel);
        text(files, "/sys/kernel/kexec_loaded", () -> flag(kexec.loaded()));
        text(files, "/sys/kernel/kexec_crash_loaded", () -> flag(kexec.crashLoaded()));
        // 2.6.27 prints the length of the text's buffer, not of the note.
        text(
                files,
                "/sys/kernel/vmcoreinfo",
                () -> "%x 1000\n".formatted(paddr(kernel.profile().symbol("vmcoreinfo_note"))));
        List<E820Entry> map = E820Table.load(kernel, "firmware_map");
        for (int i = 0; i < map.size(); i++) {
            E820Entry entry = map.get(i);
            String directory = "/sys/firmware/memmap/" + i + "/";
            text(files, directory + "start", () -> "0x%x\n".formatted(entry.start()));
            text(files, directory + "end", () -> "0x%x\n".formatted(entry.end() - 1));
            text(files, directory + "type", () -> entry.type().label() + "\n");
        }
        return files;
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

    private String meminfo() {
        return "MemTotal:     %8d kB\nMemFree:      %8d kB\n"
                .formatted(4 * kernel.variable("totalram_pages"), 4 * new PageAllocator(kernel).freePages());
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
