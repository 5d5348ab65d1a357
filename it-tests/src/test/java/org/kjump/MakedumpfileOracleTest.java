package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.makedumpfile.Makedumpfile;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.open.Dump;

/** What we write, byte by byte against what Debian's makedumpfile writes of the same dump. */
@Tag("oracle")
class MakedumpfileOracleTest {
    private static final List<String> FORMS = List.of("", "-c", "-E");

    @TempDir
    Path work;

    private static Target target(Path core) throws IOException {
        try (MemoryImage image = Dump.open(core)) {
            return image.target();
        }
    }

    private void ours(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(Makedumpfile.run(arguments, Map.of(), work, print, print))
                .as(out.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    private static String[] words(String form, int level, Path core, String output) {
        List<String> words = new ArrayList<>(List.of("-f", "-d", Integer.toString(level), core.toString(), output));
        if (!form.isEmpty()) {
            words.add(0, form);
        }
        return words.toArray(String[]::new);
    }

    private void assertSameFiles(Path core) throws IOException, InterruptedException {
        Oracle theirs = Oracle.makedumpfile(target(core));
        for (int level = 0; level < 32; level++) {
            for (String form : FORMS) {
                theirs.run(work, words(form, level, core, "theirs"));
                ours(words(form, level, core, "ours"));
                assertThat(Files.mismatch(work.resolve("ours"), work.resolve("theirs")))
                        .as("first byte that differs, makedumpfile %s -d %d", form, level)
                        .isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-nopae", "i386-2.6.27-made", "amd64-small"})
    void dumpsOfRealKernelsAreWrittenTheSame(String sample) throws IOException, InterruptedException {
        assertSameFiles(Samples.dump(sample, "vmcore").toAbsolutePath());
    }

    /** The C tool cannot see through a jump: it is given the memory as kernel A saw it. */
    @Test
    void theImageOfOurOwnKernelIsWrittenTheSame() throws IOException, InterruptedException {
        Path core = work.resolve("a.elf");
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = RecipeOnJimfsTest.lab(files);
            RecipeOnJimfsTest.untilTheJump(lab);
            RecipeOnJimfsTest.saveImage(lab);
            MemoryImage dump = Dump.open(lab.partition("hda2").resolve("dump.elf"));
            try (JumpedImage image = new JumpedImage(
                            dump, JumpedImage.findControlPage(dump).orElseThrow());
                    ByteSink sink = ByteSink.of(
                            Files.newByteChannel(core, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                new ElfWriter(image, DumpedPages.of(image).stored()).write(sink, Progress.NONE);
            }
        }
        assertSameFiles(core);
    }

    /**
     * A file of ours, read again by the C tool, gives the pages that it gives of the dump itself. Not so that of 2.6.27: the C
     * tool needs the addresses of an ELF core's segments for it, so it reads no kdump-compressed file of that kernel, its own included.
     */
    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-nopae", "amd64-small"})
    void theCToolReadsWhatWeWrite(String sample) throws IOException, InterruptedException {
        Path core = Samples.dump(sample, "vmcore").toAbsolutePath();
        Oracle theirs = Oracle.makedumpfile(target(core));
        for (String form : List.of("", "-c", "-l")) {
            ours(words(form, 1, core, "ours"));
            theirs.run(work, words("", 31, work.resolve("ours"), "again"));
            theirs.run(work, words("", 31, core, "direct"));
            assertThat(Files.mismatch(work.resolve("again"), work.resolve("direct")))
                    .as("first byte that differs, our file being written with '%s'", form)
                    .isEqualTo(-1);
        }
    }

    /** Parts are the C tool's byte for byte, and it makes of them the file that was not split. */
    @ParameterizedTest
    @ValueSource(strings = {"i386-mini", "i386-nopae", "amd64-small"})
    void theCToolReassemblesWhatWeSplit(String sample) throws IOException, InterruptedException {
        Path core = Samples.dump(sample, "vmcore").toAbsolutePath();
        Oracle theirs = Oracle.makedumpfile(target(core));
        String split = "-f -c -d 31 --split --splitblock-size 1024 " + core;
        ours((split + " o1 o2 o3").split(" "));
        theirs.run(work, (split + " t1 t2 t3").split(" "));
        for (int part = 1; part <= 3; part++) {
            assertThat(Files.mismatch(work.resolve("o" + part), work.resolve("t" + part)))
                    .as("first byte that differs, part %d", part)
                    .isEqualTo(-1);
        }
        theirs.run(work, "-f", "--reassemble", "o3", "o1", "o2", "again");
        ours(words("-c", 31, core, "whole"));
        assertThat(Files.mismatch(work.resolve("again"), work.resolve("whole"))).isEqualTo(-1);
    }
}
