package org.kjump.vmcore.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;

/** Pages to put into descriptions of dumps, and what a dump has to say of them. */
public final class Contents {
    private Contents() {}

    /** A page of which codecs make less, another for each number. */
    public static byte[] text(long number, int length) {
        byte[] page = new byte[length];
        for (int i = 0; i < length; i++) {
            page[i] = (byte) (i / 16 + 31 * number);
        }
        return page;
    }

    /** A page that no codec makes smaller. */
    public static byte[] noise(long number, int length) {
        byte[] page = new byte[length];
        new Random(number).nextBytes(page);
        return page;
    }

    /** Every page that {@code image} says it has is one of {@code pages}, and the other way round, read one by one and in runs. */
    public static void assertHas(MemoryImage image, Map<Long, byte[]> pages) {
        int size = image.target().pageSize();
        for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
            ByteBuffer read = ByteBuffer.allocate(size);
            assertThat(image.read(page.getKey(), read))
                    .as("frame %d", page.getKey())
                    .isIn(PageState.PRESENT, PageState.ZERO);
            assertSame(page.getKey(), read.array(), page.getValue());
        }
        int found = 0;
        for (long pfn = image.nextReadable(0); pfn >= 0; ) {
            int count = 1;
            while (image.nextReadable(pfn + count) == pfn + count) {
                count++;
            }
            // With room before and behind, which nothing may be put into.
            ByteBuffer run = ByteBuffer.allocate((count + 2) * size).position(size);
            image.read(pfn, count, run);
            assertThat(run.position()).isEqualTo((count + 1) * size);
            assertThat(run.limit()).isEqualTo((count + 2) * size);
            for (int i = 0; i < count; i++) {
                byte[] page = new byte[size];
                run.get((1 + i) * size, page);
                assertSame(pfn + i, page, Objects.requireNonNull(pages.get(pfn + i)));
            }
            found += count;
            pfn = image.nextReadable(pfn + count);
        }
        assertThat(found).isEqualTo(pages.size());
    }

    /** Of many pages; AssertJ compares arrays one element at a time. */
    private static void assertSame(long pfn, byte[] page, byte[] expected) {
        assertThat(Arrays.mismatch(page, expected))
                .as("first byte of frame %d that is another", pfn)
                .isEqualTo(-1);
    }
}
