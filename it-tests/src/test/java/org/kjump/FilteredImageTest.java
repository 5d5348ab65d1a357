package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.Lab.Said;

/** Kernel A resumed from an image that makedumpfile made smaller, in place of the whole one. */
class FilteredImageTest {
    private static Said filter(Lab lab, int level) {
        Path hibernating = lab.partition("hda2");
        lab.kexec(lab.partition("hda1"), "-e").succeeded();
        return lab.makedumpfile(hibernating, "-E", "-d", Integer.toString(level), "/proc/vmcore", "filtered.elf")
                .succeeded();
    }

    private static String entry(Said said) {
        return said.out().replaceAll("(?s).*jump-back entry (0x[0-9a-f]{8}).*", "$1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 17})
    void kernelAComesBackAsItWas(int level) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = RecipeOnJimfsTest.lab(files);
            RecipeOnJimfsTest.untilTheJump(lab);
            List<String> before =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            Said said = filter(lab, level);
            assertThat(said.out()).doesNotContain("WARNING");
            long size = Files.size(lab.partition("hda2").resolve("filtered.elf"));
            assertThat(size).as("bytes at level %d", level).isLessThan(level == 0 ? 64L << 20 : 48L << 20);
            lab.machine("poweroff").succeeded();
            RecipeOnJimfsTest.resume(lab, entry(said), "filtered.elf");
            List<String> after =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            assertThat(after).hasSizeGreaterThan(100).isEqualTo(before);
        }
    }

    @Test
    void aLevelThatDropsWhatTheKernelUsesIsWarnedOf() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = RecipeOnJimfsTest.lab(files);
            RecipeOnJimfsTest.untilTheJump(lab);
            assertThat(filter(lab, 31).out()).contains("WARNING: level 31", "filtered.elf cannot be resumed");
        }
    }
}
