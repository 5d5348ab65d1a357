package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.type.Types;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/**
 * What kernels keep of themselves in memory agrees with their VMCOREINFO, key by key. The oracle is the kernel: it wrote both.
 */
class RealKernelsTest {
    private static MemoryImage dump(String sample) throws IOException {
        return Dump.open(Samples.dump(sample, "vmcore"));
    }

    private static KernelMemory kernel(MemoryImage image) {
        return new KernelMemory(image, DebugData.known(image, Optional.empty()));
    }

    private static Map<String, Long> numbers(VmcoreInfo info, String kind) {
        return info.keys().stream()
                .filter(key -> key.startsWith(kind + "("))
                .map(Names::subject)
                .collect(Collectors.toMap(name -> name, name -> number(info, kind, name)));
    }

    private static long number(VmcoreInfo info, String kind, String name) {
        return switch (kind) {
            case "SYMBOL" -> info.symbol(name).orElseThrow();
            case "SIZE" -> info.size(name).orElseThrow();
            case "OFFSET" -> info.offset(name).orElseThrow();
            case "LENGTH" -> info.length(name).orElseThrow();
            default -> info.number(name).orElseThrow();
        };
    }

    /** What both know is the same; {@code expected} says how many keys that are. */
    private static void assertAgree(VmcoreInfo found, VmcoreInfo own, String kind, int expected, Set<String> but) {
        Map<String, Long> ours = numbers(found, kind);
        Map<String, Long> theirs = numbers(own, kind);
        ours.keySet().retainAll(theirs.keySet());
        ours.keySet().removeAll(but);
        theirs.keySet().retainAll(ours.keySet());
        assertThat(ours).isEqualTo(theirs).hasSize(expected);
    }

    @ParameterizedTest
    @CsvSource({"amd64-6.12, 99", "arm64-6.1, 99", "amd64-small, 99", "i386-nopae, 99"})
    void kallsymsHaveTheAddressesOfVmcoreInfo(String sample, int keys) throws IOException {
        try (MemoryImage image = dump(sample)) {
            KernelMemory kernel = kernel(image);
            Kallsyms symbols = Kallsyms.of(kernel, name -> true).orElseThrow();
            List<String> all = kernel.info().keys().stream()
                    .filter(key -> key.startsWith("SYMBOL("))
                    .toList();
            VmcoreInfo found = Names.find("kallsyms", all, symbols, DebugData.NO_TYPES);
            // VMCOREINFO says where the pointer mem_section leads to, the symbol is the pointer's.
            assertAgree(found, kernel.info(), "SYMBOL", keys, Set.of("mem_section"));
        }
    }

    @ParameterizedTest
    @CsvSource({"amd64-6.12, 1, 1, 1, 1", "arm64-6.1, 1, 1, 1, 1"})
    void btfHasTheStructuresAndNumbersOfVmcoreInfo(String sample, int sizes, int offsets, int lengths, int numbers)
            throws IOException {
        try (MemoryImage image = dump(sample)) {
            KernelMemory kernel = kernel(image);
            Kallsyms symbols = Kallsyms.of(kernel, Names::isSymbol).orElseThrow();
            Types types = BtfInMemory.of(kernel, symbols).orElseThrow();
            VmcoreInfo found = Names.find("BTF", Names.keys(), symbols, types);
            System.out.println(found.text());
            assertAgree(found, kernel.info(), "SIZE", sizes, Set.of());
            assertAgree(found, kernel.info(), "OFFSET", offsets, Set.of());
            assertAgree(found, kernel.info(), "LENGTH", lengths, Set.of());
            assertAgree(found, kernel.info(), "NUMBER", numbers, Set.of());
        }
    }

    /** A kernel whose symbols are not told (before 6.0): BTF is found by its header. */
    @ParameterizedTest
    @CsvSource({"amd64-6.12", "arm64-6.1"})
    void btfIsFoundWithoutSymbols(String sample) throws IOException {
        try (MemoryImage image = dump(sample)) {
            KernelMemory kernel = kernel(image);
            Types types = BtfInMemory.of(kernel, name -> java.util.OptionalLong.empty())
                    .orElseThrow();
            assertThat(types.struct("page").orElseThrow().size())
                    .isEqualTo(kernel.info().size("page").orElseThrow());
        }
    }

    @Test
    void aKernelWithoutBtfHasNone() throws IOException {
        try (MemoryImage image = dump("amd64-small")) {
            assertThat(BtfInMemory.of(kernel(image), name -> java.util.OptionalLong.empty()))
                    .isEmpty();
        }
    }
}
