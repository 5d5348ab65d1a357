package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.kjump.Lab.Said;

/** Every dump level finds something to drop in an image of our own kernel, and as much as that kernel has of it. */
class ClassesOfOurKernelTest {
    private static final String CONFIG = System.getProperty("kjump.root") + "/scripts/hibernate/config";

    private static long kept(Lab lab, Path directory, String entry, int level) {
        Said said = lab.makedumpfile(
                        directory,
                        "-c",
                        "-d",
                        "" + level,
                        "--message-level=16",
                        "--jump-back-entry=" + entry,
                        "/proc/vmcore",
                        "level" + level)
                .succeeded();
        return Long.parseLong(said.out().replaceAll("(?s).*Remaining pages  : 0x([0-9a-f]{16}).*", "$1"), 16);
    }

    /** What it has is what its boot makes: 600 pages of a file, every sixth with buffers; and the tasks' own pages. */
    @Test
    void cacheBuffersAndTasksPagesAreThere() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path work = files.getPath("/lab");
            Files.createDirectories(work);
            Files.copy(Path.of(CONFIG), work.resolve("config"));
            Lab lab = new Lab(work.resolve("machine"));
            lab.machine("create", lab.machineFolder().toString(), "--memory", "64M")
                    .succeeded();
            Path root = lab.partition("hda1");
            Files.createDirectories(root.resolve("boot"));
            lab.machine("build-kernel", "--config", "/lab/config", "--output", root.resolve("boot/bzImage") + "")
                    .succeeded();
            lab.machine("build-rootfs", "--output", root.resolve("rootfs.gz").toString())
                    .succeeded();
            lab.machine("partition", "add", "hda2", "128M").succeeded();
            lab.machine("boot", "--kernel", "/boot/bzImage", "--append", "root=/dev/hda1")
                    .succeeded();
            lab.kexec(
                            root,
                            "--load-preserve-context",
                            "/boot/bzImage",
                            "--mem-min=0x100000",
                            "--mem-max=0xffffff",
                            "--initrd=rootfs.gz")
                    .succeeded();
            lab.kexec(root, "-e").succeeded();
            Path hibernating = lab.partition("hda2");
            String entry = lab.guest(hibernating, "cat", "/proc/cmdline")
                    .out()
                    .trim()
                    .replaceAll(".*kexec_jump_back_entry=", "");
            long all = kept(lab, hibernating, entry, 0);
            assertThat(all - kept(lab, hibernating, entry, 2)).as("cache").isEqualTo(500);
            assertThat(all - kept(lab, hibernating, entry, 4))
                    .as("cache with buffers too")
                    .isEqualTo(600);
            // init, sh, counter, writer, parent, child: data and a stack page each; 40 that parent and child share.
            assertThat(all - kept(lab, hibernating, entry, 8))
                    .as("pages of tasks")
                    .isEqualTo(5 + 7 + 25 + 161 + 49 + 17 + 40);
        }
    }
}
