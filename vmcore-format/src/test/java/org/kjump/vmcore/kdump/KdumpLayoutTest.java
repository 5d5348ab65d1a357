package org.kjump.vmcore.kdump;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.kjump.vmcore.layout.GoldenLayouts;

class KdumpLayoutTest {
    @ParameterizedTest
    @FieldSource("org.kjump.vmcore.kdump.KdumpLayout#ALL")
    void theHeadersAreAsGccLaysThemOut(KdumpLayout layout) throws IOException {
        GoldenLayouts.assertIsTheCompilers(layout.header(), layout.wordBytes(), "disk_dump_header");
        GoldenLayouts.assertIsTheCompilers(layout.subHeader(), layout.wordBytes(), "kdump_sub_header");
        GoldenLayouts.assertIsTheCompilers(KdumpLayout.DESCRIPTOR, layout.wordBytes(), "page_desc");
    }
}
