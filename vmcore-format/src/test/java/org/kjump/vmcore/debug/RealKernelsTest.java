package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/** The symbols that real kernels have in memory are those of their System.map, and of their VMCOREINFO. */
class RealKernelsTest {
    private static KernelMemory kernel(MemoryImage image) {
        return new KernelMemory(image, DebugData.known(image, Optional.empty()));
    }

    private static MemoryImage dump(String sample) throws IOException {
        return Dump.open(Samples.dump(sample, "vmcore"));
    }

    /** Names that occur once, with the addresses that they were linked for; those of per-CPU variables do not move. */
    private static Map<String, Long> systemMap(String sample, long offset) throws IOException {
        Map<String, Long> map = new HashMap<>();
        Set<String> twice = new HashSet<>();
        for (String line : Files.readAllLines(Samples.dump(sample, "System.map"))) {
            String[] parts = line.split(" ");
            long address = Long.parseUnsignedLong(parts[0], 16);
            boolean moves = !parts[1].equalsIgnoreCase("A") && Long.compareUnsigned(address, 1 << 30) > 0;
            if (map.put(parts[2], moves ? address + offset : address) != null) {
                twice.add(parts[2]);
            }
        }
        map.keySet().removeAll(twice);
        return map;
    }

    /** amd64-small has all symbols (KALLSYMS_ALL) and a rule of its own for those of per-CPU variables; i386-nopae has those of code. */
    @ParameterizedTest
    @CsvSource({"amd64-small, 20000, 8", "i386-nopae, 11000, 1"})
    void kallsymsHaveTheAddressesOfSystemMap(String sample, int least, int exported) throws IOException {
        try (MemoryImage image = dump(sample)) {
            KernelMemory kernel = kernel(image);
            Map<String, Long> map = systemMap(sample, kernel.info().kernelOffset());
            Kallsyms symbols = Kallsyms.of(kernel, map::containsKey).orElseThrow();
            int found = 0;
            for (Map.Entry<String, Long> symbol : map.entrySet()) {
                OptionalLong address = symbols.address(symbol.getKey());
                if (address.isPresent()) {
                    assertThat(address.getAsLong()).as(symbol.getKey()).isEqualTo(symbol.getValue());
                    found++;
                }
            }
            assertThat(found).isGreaterThan(least);
            assertThat(kernel.info().keys().stream()
                            .filter(key -> key.startsWith("SYMBOL("))
                            .map(Names::subject)
                            .filter(name ->
                                    symbols.address(name).equals(kernel.info().symbol(name)))
                            .count())
                    .isEqualTo(exported);
        }
    }

    /** These were built without, and the others' was overwritten when the samples were made. */
    @Test
    void aKernelWithoutBtfHasNone() throws IOException {
        try (MemoryImage image = dump("amd64-small")) {
            assertThat(BtfInMemory.of(kernel(image), name -> OptionalLong.empty()))
                    .isEmpty();
        }
    }

    /** In these dumps a text stands where the kernel's symbols were: damage is no reason to fail. */
    @ParameterizedTest
    @CsvSource({"amd64-6.12", "arm64-6.1"})
    void whatIsMissingStaysMissingWhereTheTablesAreOverwritten(String sample) throws IOException {
        try (MemoryImage image = dump(sample)) {
            assertThat(DebugData.find(kernel(image), Names.keys()).keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "amd64-6.12, 6.12.117+deb13-amd64",
        "amd64-small, 6.1.192",
        "arm64-6.1, 6.1.0-50-arm64",
        "i386-nopae, 6.1.192"
    })
    void theReleaseIsReadFromMemory(String sample, String release) throws IOException {
        try (MemoryImage image = dump(sample)) {
            assertThat(DebugData.release(kernel(image))).hasValue(release);
        }
    }

    /** What usual runs need, VMCOREINFO of these kernels has: nothing is looked for. */
    @ParameterizedTest
    @CsvSource({"amd64-6.12", "amd64-small", "arm64-6.1", "i386-nopae"})
    void usualKernelsNeedNothingElse(String sample) throws IOException {
        try (MemoryImage image = dump(sample)) {
            KernelMemory kernel = DebugData.kernel(image, Optional.empty(), Set.of(Need.values()));
            assertThat(kernel.info().keysBySource()).hasSize(1);
        }
    }
}
