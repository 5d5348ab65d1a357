package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.io.ByteSource;

/** The image of a real kernel that jumped: RAM 0x1000 to 0x9fbff, and 1 to 64 MiB. */
class LostPagesTest {
    private static final int FIRST_LOAD = 52 + 32;

    private static PfnSet lost(ByteBuffer file) {
        PfnSet ram = new PfnSet(0x4000);
        ram.add(1, 0x9f);
        ram.add(0x100, 0x4000);
        ElfCore core = new ElfCore(ByteSource.of("dump.elf", file));
        try (JumpedImage image = new JumpedImage(core, ControlPage.at(core, 0x01c000d7))) {
            return LostPages.of(image, ram);
        }
    }

    private static ByteBuffer dump() throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(Samples.dump("i386-jump", "dump.elf")));
    }

    @Test
    void aWholeImageLacksNothing() throws IOException {
        assertThat(lost(dump()).size()).isZero();
    }

    /** A kernel of 6.1 keeps all memory below 1 MiB for itself: the C makedumpfile keeps these 158 pages at every level. */
    @Test
    void anImageWithoutLowMemoryLacksWhatTheKernelHasThere() throws IOException {
        ByteBuffer dump = dump();
        dump.putInt(FIRST_LOAD, 0);
        PfnSet lost = lost(dump);
        assertThat(lost.size()).isEqualTo(158).isEqualTo(lost.size(1, 0x9f));
    }
}
