package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kjump.Lab.Said;

/** The ten steps in one JVM, on a machine that no disk has ever seen. */
class RecipeOnJimfsTest {
    private static final String CONFIG = System.getProperty("kjump.root") + "/scripts/hibernate/config";

    static Lab lab(FileSystem files) throws IOException {
        Path work = files.getPath("/lab");
        Files.createDirectories(work);
        Files.copy(Path.of(CONFIG), work.resolve("config"));
        return new Lab(work.resolve("machine"));
    }

    /** Steps 1 to 5: kernel A runs, has worked for a while, and has kernel B loaded. */
    static void untilTheJump(Lab lab) throws IOException {
        lab.machine("create", lab.machineFolder().toString(), "--memory", "64M").succeeded();
        Path root = lab.partition("hda1");
        Files.createDirectories(root.resolve("boot"));
        lab.machine("build-kernel", "--config", "/lab/config", "--output", root.resolve("boot/bzImage") + "")
                .succeeded();
        lab.machine("build-rootfs", "--output", root.resolve("rootfs.gz").toString())
                .succeeded();
        lab.machine("partition", "add", "hda2", "128M").succeeded();
        lab.machine("boot", "--kernel", "/boot/bzImage", "--append", "root=/dev/hda1 console=ttyS0,115200")
                .succeeded();
        lab.machine("tick", "41").succeeded();
        lab.kexec(
                        root,
                        "--load-preserve-context",
                        "/boot/bzImage",
                        "--mem-min=0x100000",
                        "--mem-max=0xffffff",
                        "--initrd=rootfs.gz")
                .succeeded();
    }

    /** Steps 6 and 7: B has saved A's memory and the machine is off. */
    static String saveImage(Lab lab) {
        Path hibernating = lab.partition("hda2");
        lab.kexec(lab.partition("hda1"), "-e").succeeded();
        Said line = lab.guest(hibernating, "cat", "/proc/cmdline").succeeded();
        String entry = Arrays.stream(line.out().trim().split(" "))
                .filter(word -> word.startsWith("kexec_jump_back_entry="))
                .map(word -> word.substring("kexec_jump_back_entry=".length()))
                .collect(Collectors.joining());
        assertThat(entry).matches("0x[0-9a-f]{8}");
        lab.guest(hibernating, "cp", "/proc/vmcore", "dump.elf").succeeded();
        lab.machine("poweroff").succeeded();
        return entry;
    }

    /** Steps 8 to 10. */
    static void resume(Lab lab, String entry, String image) {
        lab.machine(
                        "boot",
                        "--kernel",
                        "/boot/bzImage",
                        "--initrd",
                        lab.partition("hda1").resolve("rootfs.gz") + "")
                .succeeded();
        lab.kexec(lab.partition("hda2"), "-l", "--args-none", "--entry=" + entry, image)
                .succeeded();
        lab.kexec(lab.partition("hda2"), "-e").succeeded();
    }

    @Test
    void kernelAComesBackAsItWas() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            List<String> before =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            String entry = saveImage(lab);
            resume(lab, entry, "dump.elf");
            List<String> after =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            assertThat(before).hasSizeGreaterThan(100);
            assertThat(after).isEqualTo(before);
        }
    }

    /** A page of the saved image, by the physical address that it had. */
    private static long offsetOf(byte[] image, long paddr) {
        ByteBuffer elf = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elf.getShort(44); i++) {
            int header = elf.getInt(28) + 32 * i;
            long start = elf.getInt(header + 12) & 0xffffffffL;
            if (elf.getInt(header) == 1 && paddr >= start && paddr < start + elf.getInt(header + 16)) {
                return elf.getInt(header + 4) + paddr - start;
            }
        }
        throw new IllegalArgumentException("no PT_LOAD has 0x%x".formatted(paddr));
    }

    /** The pages that makedumpfile takes for free are as many as kernel A's own counters say. */
    @Test
    void theImageIsFilteredByKernelAsFreeLists() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            long free = Long.parseLong(lab.machine("memory")
                    .succeeded()
                    .out()
                    .lines()
                    .filter(line -> line.endsWith(" free"))
                    .findFirst()
                    .orElseThrow()
                    .trim()
                    .split(" ")[0]);
            Path hibernating = lab.partition("hda2");
            lab.kexec(lab.partition("hda1"), "-e").succeeded();
            String entry = Arrays.stream(lab.guest(hibernating, "cat", "/proc/cmdline")
                            .out()
                            .trim()
                            .split("="))
                    .reduce((first, last) -> last)
                    .orElseThrow();
            Said some = lab.makedumpfile(
                            hibernating,
                            "-c",
                            "-d",
                            "16",
                            "--message-level",
                            "16",
                            "--jump-back-entry",
                            entry,
                            "/proc/vmcore",
                            "some")
                    .succeeded();
            assertThat(reported(some, "Free pages")).isEqualTo(free).isGreaterThan(5000);
            Said again = lab.makedumpfile(hibernating, "-d", "16", "/proc/vmcore", "some")
                    .failed(1);
            assertThat(again.err()).hasLineCount(1).contains("File exists");
            Said found = lab.makedumpfile(hibernating, "-c", "-d", "16", "/proc/vmcore", "other")
                    .succeeded();
            assertThat(found.out()).contains("jump-back entry " + entry);
            assertThat(hibernating.resolve("other")).hasSameBinaryContentAs(hibernating.resolve("some"));
        }
    }

    private static long reported(Said said, String what) {
        return said.out()
                .lines()
                .filter(line -> line.trim().startsWith(what))
                .mapToLong(line -> Long.decode(line.substring(line.indexOf("0x"))))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneByteFlippedInTheImageIsOnePageThatDiffers() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            List<String> before =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            String victim = before.stream()
                    .filter(line -> line.startsWith("72 "))
                    .findFirst()
                    .orElseThrow();
            String entry = saveImage(lab);
            Path dump = lab.partition("hda2").resolve("dump.elf");
            byte[] image = Files.readAllBytes(dump);
            image[(int) offsetOf(image, Long.parseLong(victim.split(" ")[2], 16)) + 100] ^= 1;
            Files.write(dump, image);
            resume(lab, entry, "dump.elf");
            List<String> after =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            List<String> gone =
                    before.stream().filter(line -> !after.contains(line)).toList();
            assertThat(gone).containsExactly(victim);
            assertThat(after).hasSameSizeAs(before);
        }
    }

    @Test
    void anImageWithoutOneOfItsLoadsNeverGivesAHealthyA() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            String entry = saveImage(lab);
            Path dump = lab.partition("hda2").resolve("dump.elf");
            byte[] image = Files.readAllBytes(dump);
            ByteBuffer elf = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
            lab.machine("boot", "--initrd", lab.partition("hda1").resolve("rootfs.gz") + "")
                    .succeeded();
            int loads = 0;
            for (int i = 0; i < elf.getShort(44); i++) {
                int header = elf.getInt(28) + 32 * i;
                if (elf.getInt(header) != 1) {
                    continue;
                }
                elf.putInt(header, 0);
                Files.write(dump, image);
                Said said = lab.kexec(lab.partition("hda2"), "-l", "--args-none", "--entry=" + entry, "dump.elf");
                assertThat(said.status()).as("without load %d", i).isEqualTo(1);
                assertThat(said.err()).hasLineCount(1).contains("dump.elf").doesNotContain("\tat ");
                assertThat(lab.guest(lab.partition("hda2"), "cat", "/sys/kernel/kexec_loaded")
                                .out())
                        .isEqualTo("0\n");
                elf.putInt(header, 1);
                loads++;
            }
            // Below the low window that B had, and above B's region.
            assertThat(loads).isEqualTo(2);
        }
    }

    @Test
    void aWrongEntryIsRefusedBeforeTheKernelIsAsked() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            saveImage(lab);
            lab.machine("boot", "--initrd", lab.partition("hda1").resolve("rootfs.gz") + "")
                    .succeeded();
            Said said = lab.kexec(lab.partition("hda2"), "-l", "--args-none", "--entry=0x2000000", "dump.elf");
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.err()).contains("0x2000000").doesNotContain("\tat ");
        }
    }

    @Test
    void aFullPartitionIsOneErrorAndLeavesNothingHalfWritten() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            lab.machine("partition", "add", "hda3", "8M").succeeded();
            Files.writeString(lab.partition("hda1").resolve("etc/fstab"), "/dev/hda3 /small ext2 defaults 0 0\n");
            Said said = lab.guest(lab.partition("hda3"), "cp", "/proc/version", "version")
                    .succeeded();
            assertThat(said.err()).isEmpty();
            Files.write(lab.partition("hda1").resolve("large"), new byte[9 << 20]);
            Said full = lab.guest(lab.partition("hda3"), "cp", "/large", "copy").failed(1);
            assertThat(full.err()).contains("ENOSPC").hasLineCount(1);
            try (Stream<Path> left = Files.list(lab.partition("hda3"))) {
                assertThat(left.map(path -> path.getFileName().toString())).containsExactly("version");
            }
        }
    }

    @Test
    void aProgramThatTheRootFileSystemLacksDoesNotExist() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            Files.delete(lab.partition("hda1").resolve("sbin/kexec"));
            Said said = lab.kexec(lab.partition("hda1"), "-e");
            assertThat(said.status()).isNotZero();
            assertThat(said.err()).contains("ENOENT");
        }
    }

    @Test
    void aProcessKilledWhileItWroteLeavesTheOldMachine() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            List<String> before =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            Files.write(lab.machineFolder().resolve("state.new"), new byte[12345]);
            assertThat(lab.machine("tasks", "--pages").succeeded().out().lines().toList())
                    .isEqualTo(before);
            lab.machine("tick").succeeded();
            assertThat(Files.exists(lab.machineFolder().resolve("state.new"))).isFalse();
        }
    }

    @Test
    void aDamagedStateIsOneLine() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = lab(files);
            untilTheJump(lab);
            Path state = lab.machineFolder().resolve("state");
            byte[] whole = Files.readAllBytes(state);
            for (int length : new int[] {0, 7, 8, 16, 17, 100, 1000, whole.length / 2, whole.length - 1}) {
                Files.write(state, Arrays.copyOf(whole, length));
                assertThat(lab.machine("status").failed(1).err())
                        .hasLineCount(1)
                        .contains("state");
            }
            for (int at : new int[] {0, 9, 17, 30, 1000, whole.length / 2}) {
                byte[] damaged = whole.clone();
                damaged[at] ^= 0x40;
                Files.write(state, damaged);
                assertThat(lab.machine("status").failed(1).err())
                        .hasLineCount(1)
                        .contains("state");
            }
        }
    }
}
