package org.kjump.vmcore.kdump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.open.Dump;

/** Files that the C makedumpfile wrote of a real kernel's dump, with every codec that it has. */
class ForeignKdumpTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "d31.zlib",
                "d31.lzo",
                "d31.snappy",
                "d31.zstd",
                "d31.zlib.flat",
                "d31.split1 d31.split2 d31.split3",
                "d31.split3 d31.split1 d31.split2"
            })
    void everyPageIsRead(String files) throws IOException, NoSuchAlgorithmException {
        Map<String, String> golden = Samples.golden("i386-mini").get(31);
        MessageDigest pages = MessageDigest.getInstance("SHA-256");
        MessageDigest list = MessageDigest.getInstance("SHA-256");
        try (MemoryImage image = Dump.open(Stream.of(files.split(" "))
                .map(file -> Samples.file("i386-mini", "out/" + file))
                .toArray(Path[]::new))) {
            ByteBuffer page = ByteBuffer.allocate(4096);
            for (long pfn = 0; pfn < image.pfnLimit(); pfn++) {
                if (image.read(pfn, page.clear()) == PageState.PRESENT) {
                    pages.update(page.flip());
                    list.update((pfn + "\n").getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
        assertThat(HexFormat.of().formatHex(pages.digest())).isEqualTo(golden.get("sha256_pages"));
        assertThat(HexFormat.of().formatHex(list.digest())).isEqualTo(golden.get("sha256_pfnlist"));
    }
}
