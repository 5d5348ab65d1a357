package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLineTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicLong clock = new AtomicLong();

    private ProgressLine line(ProgressLine.Style style) {
        return new ProgressLine(
                "Copying data", 4096, new PrintStream(err, true, StandardCharsets.UTF_8), style, clock::get);
    }

    private String shown() {
        String text = err.toString(StandardCharsets.UTF_8);
        err.reset();
        return text;
    }

    @Test
    void aTerminalHasOneLineThatIsWrittenAgain() {
        try (ProgressLine line = line(ProgressLine.Style.TERMINAL)) {
            line.at(1000, 100_000);
            assertThat(shown()).isEmpty();
            clock.set(2 * SECOND);
            line.at(25_000, 100_000);
            // 25,000 pages in two seconds: 51.2 MB each second, and six seconds for the rest.
            assertThat(shown())
                    .startsWith("\rCopying data               : [ 25.0 %] ##........     51 MB/s  eta: 6s ")
                    .hasSize(80);
            clock.set(2 * SECOND + 1);
            line.at(26_000, 100_000);
            assertThat(shown()).isEmpty();
            clock.set(4 * SECOND);
            line.at(100_000, 100_000);
            assertThat(shown())
                    .startsWith("\rCopying data               : [100.0 %] ##########    102 MB/s")
                    .hasSize(80);
        }
        assertThat(shown()).isEqualTo(System.lineSeparator());
    }

    @Test
    void aLogHasALineEveryTenSeconds() {
        try (ProgressLine line = line(ProgressLine.Style.LOG)) {
            clock.set(9 * SECOND);
            line.at(1000, 100_000);
            assertThat(shown()).isEmpty();
            clock.set(10 * SECOND);
            line.at(50_000, 100_000);
            assertThat(shown()).isEqualTo("Copying data: [ 50.0 %] 20 MB/s eta: 10s" + System.lineSeparator());
        }
        assertThat(shown()).isEmpty();
    }

    @Test
    void shortWorkShowsNothing() {
        try (ProgressLine line = line(ProgressLine.Style.TERMINAL)) {
            for (int i = 0; i <= 1000; i++) {
                line.at(i, 1000);
            }
            line.at(0, 0);
        }
        assertThat(shown()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "99, eta: 99s",
        "100, eta: 1m40s",
        "5999, eta: 99m59s",
        "6000, eta: 1h40m",
        "172799, eta: 47h59m",
        "172800, eta: 2d0h",
        "9000000, eta: >100day",
    })
    void theTimeLeftIsWrittenAsTheCToolDoes(long seconds, String text) {
        assertThat(ProgressLine.eta(seconds * SECOND)).isEqualTo(text);
    }
}
