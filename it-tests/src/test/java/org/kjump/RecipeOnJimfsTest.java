package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.kjump.Lab.Said;

/** The ten steps in one JVM, on a machine that no disk has ever seen. */
class RecipeOnJimfsTest {
    private static final String CONFIG = System.getProperty("kjump.root") + "/scripts/hibernate/config";

    private static Lab lab(FileSystem files) throws IOException {
        Path work = files.getPath("/lab");
        Files.createDirectories(work);
        Files.copy(Path.of(CONFIG), work.resolve("config"));
        return new Lab(work.resolve("machine"));
    }

    /** Steps 1 to 5: kernel A runs, has worked for a while, and has kernel B loaded. */
    private static void untilTheJump(Lab lab) throws IOException {
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
    private static String saveImage(Lab lab) {
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
    private static void resume(Lab lab, String entry, String image) {
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
}
