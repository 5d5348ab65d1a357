package org.kjump.vmcore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VmcoreExceptionTest {
    /** Found by fuzzing: the name of a section of a vmlinux. */
    @Test
    void whatADumpSaysOfItselfEndsNoLineAndSteersNoTerminal() {
        assertThat(new VmcoreException("file: section a\nb\u001b[2J\u009b\u00e9: bad"))
                .hasMessage("file: section a\\x0ab\\x1b[2J\\x9b\u00e9: bad");
        assertThat(new VmcoreException("a\rb", new IllegalStateException())).hasMessage("a\\x0db");
    }
}
