package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.open.Dump;

/** The ELF core that the C makedumpfile wrote of a real kernel's dump. */
class RealElfOutputTest {
    @Test
    void theFilteredCoreIsTheCToolsByteByByte() throws IOException {
        try (MemoryImage image = Dump.open(Samples.dump("i386-mini", "vmcore"));
                FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            PageClassifier classifier = PageClassifier.of(new KernelMemory(image));
            PageClasses classes = classifier.all();
            PfnSet kept = DumpedPages.of(image, classifier).stored();
            kept.remove(0, classes.dropped(31));
            byte[] page = new byte[4096];
            for (long pfn = kept.next(0); pfn >= 0; pfn = kept.next(pfn + 1)) {
                image.read(pfn, ByteBuffer.wrap(page));
                if (Arrays.equals(page, new byte[4096])) {
                    kept.remove(pfn);
                }
            }
            Path file = files.getPath("/out");
            try (ByteSink sink =
                    ByteSink.of(Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                new ElfWriter(image, kept).write(sink, Progress.NONE);
            }
            assertThat(Files.mismatch(file, Samples.dump("i386-mini/out", "d31.elf")))
                    .isEqualTo(-1);
        }
    }
}
