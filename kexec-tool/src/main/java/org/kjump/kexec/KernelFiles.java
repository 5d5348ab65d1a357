package org.kjump.kexec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.kjump.kexec.plan.MemoryMap;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.vmcore.io.ByteSource;

/** Files of the running kernel, read through the port. */
record KernelFiles(Syscalls syscalls) {
    private static final int MAX_DECOMPRESSED = 1 << 28;
    private static final int MAX_NOTES = 1 << 20;

    /** The file, or what it decompresses to. */
    ByteSource open(String path) {
        try {
            ByteSource file = ByteSource.of(path, syscalls.open(path));
            if (file.size() == 0) {
                throw new RefusedException(1, "Cannot read %s: the file is empty".formatted(path));
            }
            ByteBuffer magic = ByteBuffer.allocate(2);
            return file.read(0, magic) == 2 && magic.getShort(0) == 0x1f8b ? decompressed(path) : file;
        } catch (SyscallException e) {
            throw new RefusedException(
                    1, "Cannot open `%s': %s".formatted(path, e.errno().text()));
        } catch (IOException e) {
            throw new RefusedException(1, "Read on %s failed: %s".formatted(path, e.getMessage()));
        }
    }

    private ByteSource decompressed(String path) throws IOException {
        try (SeekableByteChannel channel = syscalls.open(path);
                InputStream in = new GZIPInputStream(Channels.newInputStream(channel))) {
            byte[] bytes = in.readNBytes(MAX_DECOMPRESSED);
            return ByteSource.of(path, ByteBuffer.wrap(bytes));
        }
    }

    String text(String path) {
        try (SeekableByteChannel channel = syscalls.open(path)) {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SyscallException e) {
            throw new RefusedException(
                    255, "Cannot open %s: %s".formatted(path, e.errno().text()));
        } catch (IOException e) {
            throw new RefusedException(255, "Cannot read %s: %s".formatted(path, e.getMessage()));
        }
    }

    boolean loaded() {
        return !text("/sys/kernel/kexec_loaded").strip().equals("0");
    }

    /** The firmware's map, with only that RAM which the running kernel also uses. */
    MemoryMap memoryMap() {
        MemoryMap iomem = MemoryMap.ofIomem(text("/proc/iomem"));
        List<MemoryMap.Entry> firmware = new ArrayList<>();
        for (String name : firmwareEntries()) {
            String folder = "/sys/firmware/memmap/" + name;
            firmware.add(MemoryMap.Entry.inclusive(
                    number(folder + "/start"),
                    number(folder + "/end"),
                    text(folder + "/type").strip()));
        }
        MemoryMap map = firmware.isEmpty() ? iomem : new MemoryMap(firmware).intersectRam(iomem);
        if (map.ram().isEmpty()) {
            throw new RefusedException(255, "Could not get memory layout");
        }
        return map;
    }

    private List<String> firmwareEntries() {
        try {
            return syscalls.list("/sys/firmware/memmap");
        } catch (SyscallException e) {
            return List.of();
        }
    }

    private long number(String path) {
        try {
            return Long.decode(text(path).strip());
        } catch (NumberFormatException e) {
            throw new RefusedException(255, "%s: a number expected, %s".formatted(path, e.getMessage()));
        }
    }

    /** The text of the VMCOREINFO note that /proc/kcore has; empty if there is none. */
    String vmcoreInfo() {
        try (SeekableByteChannel channel = syscalls.open("/proc/kcore");
                InputStream in = Channels.newInputStream(channel)) {
            byte[] bytes = in.readNBytes(MAX_NOTES);
            ByteBuffer start = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            byte[] name = "VMCOREINFO\0".getBytes(StandardCharsets.US_ASCII);
            for (int at = 12; at + 12 <= bytes.length; at += 4) {
                int size = start.getInt(at - 8);
                if (Arrays.equals(name, 0, name.length, bytes, at, at + name.length)
                        && start.getInt(at - 12) == name.length
                        && size >= 0
                        && size <= bytes.length - at - 12) {
                    return new String(bytes, at + 12, size, StandardCharsets.ISO_8859_1);
                }
            }
            return "";
        } catch (SyscallException | IOException e) {
            return "";
        }
    }
}
