package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.kjump.Lab.Said;

/** Every dump level finds something to drop in an image of our own kernel, and as much as that kernel has of it. */
class ClassesOfOurKernelTest {
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
            Lab lab = RecipeOnJimfsTest.lab(files);
            RecipeOnJimfsTest.untilTheJump(lab);
            lab.kexec(lab.partition("hda1"), "-e").succeeded();
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
