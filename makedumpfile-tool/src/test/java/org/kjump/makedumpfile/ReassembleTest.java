package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.build.TinyKernels;

class ReassembleTest {
    private final Command command = new Command();

    @BeforeEach
    void split() throws IOException {
        command.file("vmcore", TinyKernels.x8664().bytes());
        assertThat(command.run("-c", "-d", "31", "vmcore", "whole")).isZero();
        assertThat(command.run("-c", "-d", "31", "--split", "--splitblock-size", "4", "vmcore", "a", "b", "c"))
                .as(command.err())
                .isZero();
        assertThat(command.out()).contains("\nThe dumpfiles are saved to a, b, and c.\n");
    }

    @AfterEach
    void close() throws IOException {
        command.close();
    }

    /** As the C tool's are: splitting and reassembling leave no trace. */
    @ParameterizedTest
    @CsvSource({"a b c", "c a b"})
    void thePartsMakeTheWhole(String parts) {
        assertThat(command.run(("--reassemble " + parts + " again").split(" ")))
                .as(command.err())
                .isZero();
        assertThat(command.out()).isEqualTo("\nThe dumpfile is saved to again.\n\nmakedumpfile Completed.\n");
        assertThat(command.path("again")).hasSameBinaryContentAs(command.path("whole"));
    }

    /** A split dump is a dump: no need to make one file of it first. */
    @Test
    void aSplitDumpIsReadAsASet() {
        assertThat(command.run("-c", "-d", "31", "--diskset=c", "--diskset=a", "--diskset=b", "again"))
                .as(command.err())
                .isZero();
        assertThat(command.path("again")).hasSameBinaryContentAs(command.path("whole"));
    }

    @ParameterizedTest
    @CsvSource({"a b, c", "vmcore, vmcore", "a a b c, a", "none, Can't open the dump memory(none)"})
    void whatIsNoSetIsOneLine(String parts, String message) {
        assertThat(command.run(("--reassemble " + parts + " again").split(" "))).isEqualTo(1);
        assertThat(command.err()).hasLineCount(1).startsWith("makedumpfile: ").contains(message);
        assertThat(Files.exists(command.path("again"))).isFalse();
    }

    @Test
    void anExistingFileIsKeptUnlessForced() {
        assertThat(command.run("--reassemble", "a", "b", "c", "whole")).isEqualTo(1);
        assertThat(command.err()).contains("Can't open the dump file (whole). File exists");
        assertThat(command.run("-f", "--reassemble", "a", "b", "c", "a")).isEqualTo(1);
        assertThat(command.err()).contains("a and a are the same file");
    }
}
