package org.kjump.vmcore.kdump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.open.Dump;

/** Machines with more memory than 32-bit numbers can count. */
class HugeKdumpTest {
    private static final int PAGE = 4096;
    private static final byte[] ZEROS = new byte[1 << 20];

    /** What of a file is not zeros, by offset; each piece within what stands between it and the next. */
    private static NavigableMap<Long, byte[]> pieces(long limit, long[] pfns) {
        NavigableMap<Long, byte[]> pieces = new TreeMap<>();
        long half = (limit / 8 + PAGE - 1) / PAGE;
        byte[] header = new byte[464];
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, new byte[] {'K', 'D', 'U', 'M', 'P', ' ', ' ', ' '})
                .putInt(8, 6)
                .putInt(428, PAGE)
                .putInt(432, 1)
                .putInt(436, (int) (2 * half))
                .putInt(440, -1);
        pieces.put(0L, header);
        byte[] sub = new byte[104];
        ByteBuffer.wrap(sub).order(ByteOrder.LITTLE_ENDIAN).putLong(96, limit);
        pieces.put((long) PAGE, sub);
        long descriptors = (2 + 2 * half) * PAGE;
        ByteBuffer table = ByteBuffer.allocate(24 * pfns.length).order(ByteOrder.LITTLE_ENDIAN);
        // Far behind, as if there were others between.
        long data = descriptors + (1L << 42);
        for (long pfn : pfns) {
            for (long bitmap : new long[] {2L * PAGE, (2 + half) * PAGE}) {
                pieces.merge(bitmap + pfn / 8, new byte[] {(byte) (1 << pfn % 8)}, HugeKdumpTest::or);
            }
            table.putLong(data).putInt(PAGE).putInt(0).putLong(0);
            pieces.put(data, Contents.noise(pfn, PAGE));
            data += PAGE;
        }
        pieces.put(descriptors, table.array());
        return pieces;
    }

    private static byte[] or(byte[] one, byte[] other) {
        return new byte[] {(byte) (one[0] | other[0])};
    }

    private static void assertIsRead(KdumpFile dump, long limit, long[] pfns) {
        Map<Long, byte[]> pages = new TreeMap<>();
        for (long pfn : pfns) {
            pages.put(pfn, Contents.noise(pfn, PAGE));
        }
        assertThat(dump.pfnLimit()).isEqualTo(limit);
        assertThat(dump.state(1L << 31)).isEqualTo(PageState.ABSENT);
        Contents.assertHas(dump, pages);
    }

    @Test
    void aDumpWithFramesBeyond16TiBIsRead(@TempDir Path folder) throws IOException {
        long limit = (1L << 32) + 12345;
        long[] pfns = {3, (1L << 31) - 1, (1L << 32) - 1, 1L << 32, (1L << 32) + 1, limit - 1};
        Path file = folder.resolve("dump");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            for (Map.Entry<Long, byte[]> piece : pieces(limit, pfns).entrySet()) {
                channel.write(ByteBuffer.wrap(piece.getValue()), piece.getKey());
            }
        }
        try (KdumpFile dump = (KdumpFile) Dump.open(file)) {
            assertIsRead(dump, limit, pfns);
        }
    }

    /** A bitmap of 2^34 frames has 2 GiB: more than an array can have. */
    @Test
    void aBitmapOfMoreThan2GiBIsReadInPieces() {
        long limit = (1L << 34) + 12345;
        long[] pfns = {0, (1L << 34) - 1, 1L << 34, limit - 1};
        NavigableMap<Long, byte[]> pieces = pieces(limit, pfns);
        ByteSource source = new ByteSource() {
            @Override
            public String name() {
                return "huge";
            }

            @Override
            public long size() {
                return pieces.lastKey() + PAGE;
            }

            @Override
            public int read(long position, ByteBuffer target) {
                int start = target.position();
                int length = (int) Math.min(target.remaining(), size() - position);
                target.put(ZEROS, 0, length);
                Long before = pieces.floorKey(position);
                pieces.subMap(before == null ? position : before, position + length)
                        .forEach((at, bytes) -> {
                            for (int i = 0; i < bytes.length; i++) {
                                if (at + i >= position && at + i < position + length) {
                                    target.put(start + (int) (at + i - position), bytes[i]);
                                }
                            }
                        });
                return length;
            }

            @Override
            public void close() {}
        };
        try (KdumpFile dump = new KdumpFile(source)) {
            assertIsRead(dump, limit, pfns);
        }
    }
}
