package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.TinyKernels;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.io.ByteSource;

/** A dump taken after a jump that swapped frames 4 and 5 with 6 and 7; frames 4 and 5 are not in it. */
class JumpedImageTest {
    /** Behind the call at the start of the control page at 0x1000. */
    private static final long ENTRY = 0x1002;

    private final byte[] file = TinyKernels.jump().bytes();

    private MemoryImage dump() {
        return new ElfCore(ByteSource.of("dump", ByteBuffer.wrap(file)));
    }

    private JumpedImage image() {
        MemoryImage dump = dump();
        return new JumpedImage(dump, ControlPage.at(dump, ENTRY));
    }

    /** Changes a word of the page list, which is the last page of the file. */
    private void list(int index, int word) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(file.length - 4096 + 4 * index, word);
    }

    private static int firstByte(MemoryImage image, long pfn) {
        ByteBuffer page = ByteBuffer.allocate(4096);
        assertThat(image.read(pfn, page)).isEqualTo(PageState.PRESENT);
        return page.get(0);
    }

    @Test
    void theControlPageIsFound() {
        try (MemoryImage dump = dump()) {
            assertThat(ControlPage.find(dump)).extracting(ControlPage::entry).containsExactly(ENTRY);
            assertThat(JumpedImage.findControlPage(dump)).hasValue(ControlPage.at(dump, ENTRY));
        }
    }

    /** Page n was filled with 1 + n and so on before the jump: see {@link TinyKernels#jump()}. */
    @Test
    void swappedPagesAreReadWhereTheListKeepsThem() {
        try (MemoryImage image = image()) {
            assertThat(firstByte(image, 4)).isEqualTo(1 + 6);
            assertThat(firstByte(image, 5)).isEqualTo(1 + 7);
            assertThat(firstByte(image, 3)).isEqualTo(1 + 3);
        }
    }

    @Test
    void theNextReadableFrameMayBeASwappedOne() {
        try (MemoryImage image = image()) {
            assertThat(image.nextReadable(0)).isEqualTo(1);
            assertThat(image.nextReadable(4)).isEqualTo(4);
            assertThat(image.nextReadable(5)).isEqualTo(5);
            assertThat(image.nextReadable(8)).isEqualTo(-1);
        }
    }

    @Test
    void theWayBackNeedsControlPageSwapPageListAndSources() {
        try (JumpedImage image = image()) {
            assertThat(image.needed().bytes(0, 1)).containsExactly((byte) 0b11001110);
        }
    }

    @Test
    void aListThatLeadsBackToItselfIsRefused() {
        list(3, 0x2000 | 2);
        assertThatThrownBy(this::image)
                .isInstanceOf(VmcoreException.class)
                .hasMessage("dump: the page list of the jump has no end");
    }

    /** Behind the last word of its page there is nothing of the list. */
    @Test
    void aListThatRunsOutOfItsPageIsRefused() {
        for (int i = 3; i < 1024; i++) {
            list(i, 0x7000 | 8);
        }
        assertThatThrownBy(this::image)
                .isInstanceOf(VmcoreException.class)
                .hasMessage("dump: the page list of the jump does not go on behind 0x3000");
    }

    @Test
    void aListThatIsNotInTheDumpIsRefused() {
        list(0, 0x9000 | 2);
        assertThatThrownBy(this::image)
                .isInstanceOf(VmcoreException.class)
                .hasMessage("dump: page list of the jump: the dump has no page at 0x9000");
    }
}
