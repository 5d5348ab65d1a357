package org.kjump.vmcore.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.Segment;

/** Virtual addresses by a dump's segments: the first segment that has an address tells. */
class SegmentMapTest {
    private static Segment segment(long vaddr, long size, long paddr) {
        return new Segment(paddr, vaddr, size, size);
    }

    private static long paddr(long vaddr, Segment... segments) {
        return SegmentMap.of(List.of(segments)).paddr(vaddr);
    }

    @Test
    void whatNoSegmentHasIsUnmapped() {
        assertThat(SegmentMap.of(List.of()).paddr(0x1000)).isEqualTo(AddressSpace.UNMAPPED);
        assertThat(paddr(0xfff, segment(0x1000, 0x1000, 0))).isEqualTo(AddressSpace.UNMAPPED);
        assertThat(paddr(0x1fff, segment(0x1000, 0x1000, 0x5000))).isEqualTo(0x5fff);
        assertThat(paddr(0x2000, segment(0x1000, 0x1000, 0))).isEqualTo(AddressSpace.UNMAPPED);
        assertThat(paddr(0x10, segment(0, 0x1000, 0))).as("0 means not told").isEqualTo(AddressSpace.UNMAPPED);
        assertThat(paddr(-1, segment(-1, 0x1000, 0))).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void theLastByteOfTheAddressSpaceIsOne() {
        assertThat(paddr(-1, segment(-4096, 4096, 0x5000))).isEqualTo(0x5fff);
        assertThat(paddr(-1, segment(-4096, 1 << 20, 0x5000)))
                .as("longer than there is")
                .isEqualTo(0x5fff);
        assertThat(paddr(5, segment(-4096, 1 << 20, 0x5000))).isEqualTo(AddressSpace.UNMAPPED);
    }

    /** As the old x86_64 segment of the kernel's text, or a paging dump's aliases. */
    @Test
    void theFirstOfOverlappingSegmentsTells() {
        Segment inner = segment(0x3000, 0x1000, 0x100000);
        Segment outer = segment(0x1000, 0x8000, 0x200000);
        assertThat(paddr(0x3800, inner, outer)).isEqualTo(0x100800);
        assertThat(paddr(0x4000, inner, outer)).isEqualTo(0x203000);
        assertThat(paddr(0x3800, outer, inner)).isEqualTo(0x202800);
    }

    @Test
    void anyOverlapIsAsALinearSearchSays() {
        Random random = new Random(27);
        for (int round = 0; round < 200; round++) {
            List<Segment> segments = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                long vaddr = random.nextBoolean() ? 1 + random.nextInt(60) : -1 - random.nextInt(60);
                segments.add(segment(vaddr, random.nextInt(30), 1000L * i));
            }
            SegmentMap map = SegmentMap.of(segments);
            for (long vaddr = -70; vaddr < 100; vaddr++) {
                assertThat(map.paddr(vaddr)).isEqualTo(linear(segments, vaddr));
            }
        }
    }

    private static long linear(List<Segment> segments, long vaddr) {
        for (Segment segment : segments) {
            boolean isTold = segment.vaddr() != 0 && segment.vaddr() != -1;
            boolean isAbove = Long.compareUnsigned(vaddr, segment.vaddr()) >= 0;
            if (isTold && isAbove && Long.compareUnsigned(vaddr - segment.vaddr(), segment.size()) < 0) {
                return segment.paddr() + vaddr - segment.vaddr();
            }
        }
        return AddressSpace.UNMAPPED;
    }

    /** A hypervisor's dump with paging has so many; in wrong order, and each twice. */
    @Test
    void seventyThousandSegmentsAreSearchedQuickly() {
        List<Segment> segments = new ArrayList<>();
        for (long i = 0; i < 70_000; i++) {
            long vaddr = 0xffff888000000000L + (i * 7919 % 70_000) * 0x2000;
            segments.add(segment(vaddr, 0x1000, i << 12));
            segments.add(segment(vaddr, 0x1000, 0x7000_0000_0000L));
        }
        SegmentMap map = SegmentMap.of(segments);
        int right = 0;
        for (long i = 0; i < 70_000; i++) {
            long vaddr = 0xffff888000000000L + (i * 7919 % 70_000) * 0x2000;
            boolean isFirst = map.paddr(vaddr + 0x123) == (i << 12) + 0x123;
            right += isFirst && map.paddr(vaddr + 0x1000) == AddressSpace.UNMAPPED ? 1 : 0;
        }
        assertThat(right).isEqualTo(70_000);
    }
}
