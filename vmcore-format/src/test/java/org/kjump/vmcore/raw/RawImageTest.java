package org.kjump.vmcore.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.LimeBuilder;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.open.Dump;

class RawImageTest {
    private static final Target ARM64 = new Target(Target.EM_AARCH64, 8, ByteOrder.LITTLE_ENDIAN, 16);

    @Test
    void aRawFileIsPhysicalMemory() {
        byte[] bytes = Contents.noise(1, 2 * 65536 + 100);
        try (MemoryImage image = Dump.openRaw(ByteSource.of("raw", ByteBuffer.wrap(bytes)), ARM64)) {
            assertThat(image.target()).isEqualTo(ARM64);
            assertThat(image.pfnLimit()).isEqualTo(3);
            assertThat(image.segments()).containsExactly(new Segment(0, 0, bytes.length, bytes.length));
            assertThat(image.state(3)).isEqualTo(PageState.ABSENT);
            assertThat(image.state(1L << 60)).isEqualTo(PageState.ABSENT);
            Contents.assertHas(
                    image,
                    Map.of(
                            0L, Arrays.copyOf(bytes, 65536),
                            1L, Arrays.copyOfRange(bytes, 65536, 131072),
                            2L, Arrays.copyOfRange(bytes, 131072, 3 * 65536)));
        }
    }

    @Test
    void rangesOfLimeAreReadWhereTheyLay() {
        byte[] low = Contents.noise(1, 2 * 4096);
        byte[] high = Contents.noise(2, 4096 + 8);
        try (MemoryImage image = Dump.open(
                new LimeBuilder().range(1L << 40, high).range(0x1000, low).source())) {
            assertThat(image.target()).isEqualTo(Target.X86_64);
            assertThat(image.pfnLimit()).isEqualTo((1L << 28) + 2);
            assertThat(image.state(0)).isEqualTo(PageState.ABSENT);
            assertThat(image.segments())
                    .containsExactly(
                            new Segment(1L << 40, 0, high.length, high.length),
                            new Segment(0x1000, 0, low.length, low.length));
            Contents.assertHas(
                    image,
                    Map.of(
                            1L,
                            Arrays.copyOf(low, 4096),
                            2L,
                            Arrays.copyOfRange(low, 4096, 8192),
                            1L << 28,
                            Arrays.copyOf(high, 4096),
                            (1L << 28) + 1,
                            Arrays.copyOfRange(high, 4096, 8192)));
        }
    }

    @Test
    void ofLimeTheCallerMayTellTheMachine() {
        ByteSource file = new LimeBuilder().range(0, new byte[65536]).source();
        try (MemoryImage image = Dump.openRaw(file, ARM64)) {
            assertThat(image.target()).isEqualTo(ARM64);
            assertThat(image.pfnLimit()).isEqualTo(1);
        }
    }

    @Test
    void whatIsBehindARangeHasToBeAHeader() {
        byte[] file = new LimeBuilder()
                .range(0, new byte[4096])
                .range(1 << 20, new byte[4096])
                .bytes();
        ByteBuffer damaged = ByteBuffer.wrap(file.clone()).put(32 + 4096, (byte) 0);
        assertThatThrownBy(() -> Dump.open(ByteSource.of("lime", damaged)))
                .isInstanceOf(VmcoreException.class)
                .hasMessage(
                        "lime: LiME header at offset 4128: 4c694d45, version 1 expected, 4c694d00, version 1 found");
        ByteBuffer cut = ByteBuffer.wrap(file, 0, file.length - 1);
        assertThatThrownBy(() -> Dump.open(ByteSource.of("lime", cut)))
                .isInstanceOf(VmcoreException.class)
                .hasMessageStartingWith("lime: LiME header at offset 4128: a range of at most");
    }
}
