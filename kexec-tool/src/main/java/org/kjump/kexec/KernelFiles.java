package org.kjump.kexec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kjump.kexec.plan.KernelLimits;
import org.kjump.kexec.plan.MemoryMap;
import org.kjump.kexec.plan.PaddrRange;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;

/** Files of the running kernel, read through the port. */
record KernelFiles(Syscalls syscalls) {
    /** As many bytes as the C tool gives. */
    private static final int RANDOM_SEED = 32;

    private static final int PAGE = 0x1000;
    private static final int MAX_NOTES = 1 << 20;

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

    /** @throws RefusedException if the kernel does not say */
    boolean loaded(Slot slot) {
        return !text(slot.file()).strip().equals("0");
    }

    /** Whether the kernel says that it is not. */
    boolean knownEmpty(Slot slot) {
        try {
            return !loaded(slot);
        } catch (RefusedException e) {
            // As in the C tool: a kernel that has no such file may still have an image.
            return false;
        }
    }

    /** What a crash kernel was kept memory for: {@code crashkernel=}. */
    Optional<PaddrRange> crashRegion() {
        return MemoryMap.crashRegion(text("/proc/iomem"));
    }

    /** What the kernel will take. */
    KernelLimits limits() {
        return KernelLimits.of(syscalls.uname().release(), optionalText("/proc/meminfo"));
    }

    /** For the new kernel's random numbers. */
    byte[] randomSeed() {
        byte[] seed = new byte[RANDOM_SEED];
        new SecureRandom().nextBytes(seed);
        return seed;
    }

    private String optionalText(String path) {
        try {
            return text(path);
        } catch (RefusedException e) {
            return "";
        }
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
        if (map.ram().stream().noneMatch(range -> range.size() >= PAGE)) {
            throw new RefusedException(255, "Could not get memory layout (/proc/iomem shows it to root only)");
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
