package org.kjump.kexec.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.kjump.kexec.image.ElfCore;
import org.kjump.kexec.image.KernelImage;
import org.kjump.vmcore.io.ByteSource;

/** Dumps by hand: a control page at 0x200000, whose page list is in 0x201000, and what else there is. */
class CorePlannerTest {
    private static final long ENTRY = 0x200012;
    private static final PaddrRange ALL = new PaddrRange(0, 1L << 32);
    private static final MemoryMap PC =
            MemoryMap.ofIomem("00000000-0009fbff : System RAM\n00100000-03ffffff : System RAM\n");

    /** A PT_LOAD: {@code size} bytes at {@code paddr}, of which the file has {@code content}. */
    private record Load(int paddr, int size, byte[] content) {
        static Load of(int paddr, int size, int... bytes) {
            byte[] content = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                content[i] = (byte) bytes[i];
            }
            return new Load(paddr, size, content);
        }
    }

    /** Swaps the page at 0x100000 with its source. */
    private static Load controlPages(int source) {
        ByteBuffer pages = ByteBuffer.allocate(0x3000).order(ByteOrder.LITTLE_ENDIAN);
        pages.put(0x10, (byte) 0xff).put(0x11, (byte) 0xd2);
        pages.putInt(0x804, 0x80050033).putInt(0x810, 0xc0200000);
        pages.putInt(0x814, 0x202000).putInt(0x818, 0x202000).putInt(0x81c, 0x201002);
        pages.putInt(0x1000, 0x100001).putInt(0x1004, source | 8).putInt(0x1008, 4);
        return new Load(0x200000, 0x3000, pages.array());
    }

    private static LoadPlan plan(Load... loads) {
        List<Load> all = new ArrayList<>(List.of(loads));
        int length = 52 + 32 * all.size() + 1;
        for (Load load : all) {
            length += load.content().length;
        }
        ByteBuffer elf = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
        elf.putShort(16, (short) 4).putShort(18, (short) 3).putInt(20, 1).putInt(28, 52);
        elf.putShort(40, (short) 52).putShort(42, (short) 32).putShort(44, (short) all.size());
        int offset = 52 + 32 * all.size() + 1;
        for (int i = 0; i < all.size(); i++) {
            Load load = all.get(i);
            int at = 52 + 32 * i;
            elf.putInt(at, 1).putInt(at + 4, offset).putInt(at + 12, load.paddr());
            elf.putInt(at + 16, load.content().length).putInt(at + 20, load.size());
            elf.put(offset, load.content());
            offset += load.content().length;
        }
        return CorePlanner.plan((ElfCore) KernelImage.of(ByteSource.of("dump", elf)), PC, ALL, OptionalLong.of(ENTRY));
    }

    private static byte[] content(Segment segment) {
        byte[] bytes = new byte[(int) segment.contentSize()];
        Objects.requireNonNull(segment.content()).copyFromUser(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Test
    void whatTheFileDoesNotHaveIsZero() {
        LoadPlan plan = plan(controlPages(0x300000), Load.of(0x300000, 0x3000, 1, 2, 3));
        assertThat(plan.segments()).hasSize(2);
        Segment segment = plan.segments().get(1);
        assertThat(segment.range()).isEqualTo(new PaddrRange(0x300000, 0x303000));
        assertThat(content(segment)).containsExactly(1, 2, 3);
        assertThat(plan.entry()).isEqualTo(ENTRY);
        assertThat(plan.flags()).isZero();
    }

    @Test
    void aPageOfWhichOneByteIsInALoadIsWholeAndZeroAroundIt() {
        LoadPlan plan = plan(controlPages(0x300000), Load.of(0x300000, 0x1000, 9), Load.of(0x401ffe, 4, 1, 2, 3, 4));
        Segment segment = plan.segments().get(2);
        assertThat(segment.range()).isEqualTo(new PaddrRange(0x401000, 0x403000));
        byte[] bytes = content(segment);
        assertThat(bytes).hasSize(0x1002).startsWith(new byte[0xffe]).endsWith(1, 2, 3, 4);
    }

    /** RAM ends at 0x9fbff: Linux has no page frame there. */
    @Test
    void aPageThatIsRamInPartIsDropped() {
        LoadPlan plan = plan(Load.of(0x1000, 0x9ec00, 5), controlPages(0x300000), Load.of(0x300000, 0x1000, 9));
        assertThat(plan.segments().get(0).range()).isEqualTo(new PaddrRange(0x1000, 0x9f000));
    }

    @Test
    void aWholePageThatIsNotRamIsRefused() {
        assertThatThrownBy(() -> plan(controlPages(0x300000), Load.of(0x3fff000, 0x2000, 1)))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("Invalid memory segment 0x3fff000 - 0x4000fff")
                .hasMessageContaining("0x4000000");
    }

    @Test
    void twoLoadsThatHaveBytesOfOnePageAreRefused() {
        assertThatThrownBy(() -> plan(controlPages(0x300000), Load.of(0x300000, 0x800, 1), Load.of(0x300800, 0x800, 1)))
                .hasMessageContaining("Overlapping memory segments at 0x300000");
    }

    @Test
    void aSourcePageThatIsNotInTheDumpIsMissed() {
        assertThatThrownBy(() -> plan(controlPages(0x3001000), Load.of(0x300000, 0x1000, 1)))
                .hasMessageContaining("needs memory at 0x3001000, which is not in the dump");
    }

    @Test
    void aPageThatIsItsOwnSourceNeedsNothing() {
        assertThat(plan(controlPages(0x100000)).segments()).hasSize(1);
    }

    /** 40 loads of a page, two pages apart, but for one gap of one page: that goes first. */
    @Test
    void fortyLoadsAreJoinedOverTheirSmallestGaps() {
        List<Load> loads = new ArrayList<>(List.of(controlPages(0x300000)));
        for (int i = 0; i < 40; i++) {
            loads.add(Load.of(0x300000 + i * 0x3000 - (i >= 30 ? 0x1000 : 0), 0x1000, i + 1));
        }
        LoadPlan plan = plan(loads.toArray(Load[]::new));
        assertThat(plan.segments()).hasSize(16);
        Segment joined = plan.segments().get(1);
        assertThat(joined.range().start()).isEqualTo(0x300000);
        byte[] bytes = content(joined);
        assertThat(bytes[0]).isEqualTo((byte) 1);
        assertThat(bytes[0x1000]).as("in the gap").isZero();
        assertThat(bytes[0x3000]).isEqualTo((byte) 2);
        long pages = plan.segments().stream().mapToLong(s -> s.range().size()).sum() / 0x1000;
        // 3 + 40 pages, and of the 39 gaps (one of 1 page, 38 of 2) as many filled as 41 ranges are above 16.
        assertThat(pages).isEqualTo(3 + 40 + 1 + 24 * 2);
    }
}
