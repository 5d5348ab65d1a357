package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.Lab.Said;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.open.Dump;

/** The kernel takes 16 segments; a filtered image has more loads than that. */
class SparseImageTest {
    /** Without gaps the loads touch; with 40, ranges of pages are left that must be joined. */
    @ParameterizedTest
    @ValueSource(ints = {0, 40})
    void anImageOfManyLoadsIsResumed(int gaps) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = RecipeOnJimfsTest.lab(files);
            RecipeOnJimfsTest.untilTheJump(lab);
            List<String> before =
                    lab.machine("tasks", "--pages").succeeded().out().lines().toList();
            String entry = RecipeOnJimfsTest.saveImage(lab);
            Path hibernating = lab.partition("hda2");
            lab.machine("boot", "--initrd", lab.partition("hda1").resolve("rootfs.gz") + "")
                    .succeeded();
            lab.makedumpfile(hibernating, "-d", "16", "--jump-back-entry=" + entry, "dump.elf", "without-free-pages")
                    .succeeded();
            byte[] whole = Files.readAllBytes(hibernating.resolve("dump.elf"));
            BitSet free = new BitSet();
            try (MemoryImage filtered = Dump.open(hibernating.resolve("without-free-pages"))) {
                for (int pfn = 0; pfn < filtered.pfnLimit(); pfn++) {
                    free.set(pfn, filtered.state(pfn) == PageState.EXCLUDED);
                }
            }
            byte[] sparse = SparseImage.of(whole, free::get, gaps);
            assertThat(SparseImage.loads(sparse)).isGreaterThan(40);
            assertThat(sparse.length).isLessThan(whole.length * 2 / 3);
            Files.write(hibernating.resolve("sparse.elf"), sparse);
            Said said = lab.kexec(hibernating, "-d", "-l", "--args-none", "--entry=" + entry, "sparse.elf")
                    .succeeded();
            assertThat(said.err()).contains(gaps == 0 ? "\nnr_segments = 2\n" : "\nnr_segments = 16\n");
            lab.kexec(hibernating, "-e").succeeded();
            assertThat(lab.machine("tasks", "--pages").succeeded().out().lines().toList())
                    .hasSizeGreaterThan(100)
                    .isEqualTo(before);
        }
    }
}
