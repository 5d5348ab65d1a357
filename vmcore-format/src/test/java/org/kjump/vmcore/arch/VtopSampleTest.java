package org.kjump.vmcore.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.arch.Translation.Step;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.io.ByteSource;

/** Translations of real kernels' addresses, against what {@code makedumpfile --vtop} printed. */
class VtopSampleTest {
    private static final Pattern VADDR = Pattern.compile("--vtop 0x([0-9a-f]+)");
    private static final Pattern STEP = Pattern.compile("([A-Z0-9]+) : +([0-9a-f]+) => +([0-9a-f]+)");
    private static final Pattern RESULT = Pattern.compile("PHYSICAL\\n *[0-9a-f]+  ([0-9a-f]+)");

    private static int compare(String sample) throws IOException {
        int compared = 0;
        try (ElfCore core = new ElfCore(ByteSource.open(Samples.dump(sample, "vmcore")))) {
            AddressSpace space = AddressSpace.of(
                    core, VmcoreInfo.of(core.name(), core.notes()).orElseThrow());
            for (String run : Samples.text(sample, "vtop.txt").split("###")) {
                Matcher vaddr = VADDR.matcher(run);
                Matcher result = RESULT.matcher(run);
                if (!vaddr.find() || !result.find() || result.group(1).equals("f".repeat(16))) {
                    continue; // an answer that the C tool does not have
                }
                if (core.state(hex(result.group(1)) >> 12) == PageState.ABSENT) {
                    continue; // the C tool takes any address for one of the direct map; the kernel maps no such memory
                }
                Translation translation = space.translate(hex(vaddr.group(1)));
                assertThat(translation.paddr()).as(vaddr.group(1)).isEqualTo(hex(result.group(1)));
                assertThat(space.paddr(translation.vaddr())).isEqualTo(translation.paddr());
                List<Step> steps = new ArrayList<>();
                STEP.matcher(run).results().map(VtopSampleTest::step).forEach(steps::add);
                if (!steps.isEmpty()) {
                    assertThat(translation.steps()).isEqualTo(steps);
                }
                compared++;
            }
        }
        return compared;
    }

    private static Step step(MatchResult line) {
        return new Step(line.group(1), hex(line.group(2)), hex(line.group(3)));
    }

    private static long hex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    @Test
    void anAmd64KernelsAddressesAreTranslatedStepByStep() throws IOException {
        assertThat(compare("amd64-small")).isGreaterThanOrEqualTo(4);
    }

    @Test
    void ani386KernelsAddressesAreTranslated() throws IOException {
        assertThat(compare("i386-nopae")).isGreaterThanOrEqualTo(5);
    }
}
