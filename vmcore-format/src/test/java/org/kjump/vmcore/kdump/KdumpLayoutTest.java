package org.kjump.vmcore.kdump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.layout.GoldenLayouts;

class KdumpLayoutTest {
    private static void assertIsTheCompilers(KdumpLayout layout, String abi) throws IOException {
        GoldenLayouts.assertIsTheCompilers(layout.header(), abi, "disk_dump_header");
        GoldenLayouts.assertIsTheCompilers(layout.subHeader(), abi, "kdump_sub_header");
        GoldenLayouts.assertIsTheCompilers(KdumpLayout.DESCRIPTOR, abi, "page_desc");
    }

    @Test
    void theHeadersAreAsGccLaysThemOut() throws IOException {
        assertIsTheCompilers(KdumpLayout.I386, "32");
        assertIsTheCompilers(KdumpLayout.ALIGNED, "32-aligned");
        assertIsTheCompilers(KdumpLayout.WIDE, "64");
    }

    /** ARM, big-endian MIPS and PowerPC; s390x, ppc64le and arm64; i386. Sizes of kdump_sub_header: specification of the format. */
    @ParameterizedTest
    @CsvSource({
        "40, 4, L, 96",
        "8, 4, B, 96",
        "20, 4, B, 96",
        "22, 8, B, 104",
        "21, 8, L, 104",
        "183, 8, L, 104",
        "3, 4, L, 80"
    })
    void eachMachineHasALayout(int machine, int wordBytes, char order, int size) {
        Target target =
                new Target(machine, wordBytes, order == 'B' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 12);
        assertThat(KdumpLayout.of("dump", target).subHeader().size()).isEqualTo(size);
    }
}
