package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.type.Member;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.io.ByteSource;

/** A small kernel as gcc compiles it for every version of DWARF; the expected numbers are the compiler's own. */
class VmlinuxTest {
    private static Type.Struct struct(Vmlinux vmlinux, String tag) {
        return (Type.Struct) vmlinux.types().struct(tag).orElseThrow();
    }

    /** Lines of the kernel's information that are numbers, as far as the compiler was asked for them. */
    private static Map<String, Long> numbers(VmcoreInfo info, Map<String, Long> asked) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (String key : asked.keySet()) {
            info.text(key).ifPresent(text -> numbers.put(key, Long.parseLong(text)));
        }
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({
        "dwarf2-64.elf, expected-64.txt",
        "dwarf3-64.elf, expected-64.txt",
        "dwarf4-64.elf, expected-64.txt",
        "dwarf5-64.elf, expected-64.txt",
        "dwarf2-32.elf, expected-32.txt",
        "dwarf4-32.elf, expected-32.txt",
        "dwarf5-32.elf, expected-32.txt",
        "dwarf5-64bit-format.elf, expected-64.txt",
        "type-units.elf, expected-64.txt",
        "zlib-gabi.elf, expected-64.txt",
        "zlib-gnu.elf, expected-64.txt",
        "zstd.elf, expected-64.txt",
        "big-endian-64.elf, expected-big-endian-64.txt",
        "big-endian-32.elf, expected-big-endian-32.txt"
    })
    void layoutsAreTheCompilers(String file, String expectedFile) {
        Map<String, Long> expected = DebugFiles.expected(expectedFile);
        long size = DebugFiles.number(expected, "sizeof only_declared_here");
        long third = DebugFiles.number(expected, "offsetof only_declared_here.third");
        expected.keySet().removeIf(key -> key.contains("only_declared_here"));
        try (Vmlinux vmlinux = DebugFiles.vmlinux(file)) {
            assertThat(numbers(vmlinux.info(), expected)).isEqualTo(expected);
            // The first unit has but a declaration of what the pointer leads to.
            Member usage = struct(vmlinux, "mem_section").member("usage").orElseThrow();
            Type target = ((Type.Pointer) usage.type()).target().get();
            assertThat(target.size()).isEqualTo(size);
            assertThat(((Type.Struct) target).member("third").orElseThrow().offset())
                    .isEqualTo(third);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dwarf4-64.elf", "dwarf5-32.elf", "big-endian-64.elf", "big-endian-32.elf"})
    void symbolsAreAsNmSays(String file) {
        Map<String, Long> expected = DebugFiles.symbols(file);
        try (Vmlinux vmlinux = DebugFiles.vmlinux(file)) {
            VmcoreInfo info = vmlinux.info();
            assertThat(expected).hasSize(5);
            for (String name : List.of("init_uts_ns", "node_data", "mem_section", "_stext")) {
                assertThat(info.symbol(name)).hasValue(DebugFiles.number(expected, name));
            }
            // node_states[N_ONLINE]
            long online = DebugFiles.number(expected, "node_states")
                    + info.size("nodemask_t").orElseThrow();
            assertThat(info.symbol("node_online_map")).hasValue(online);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dwarf2-64.elf", "dwarf5-64.elf", "dwarf5-32.elf", "big-endian-32.elf"})
    void aPointerHasNoLengthAndAnArrayWithoutOneHasNone(String file) {
        try (Vmlinux vmlinux = DebugFiles.vmlinux(file)) {
            assertThat(vmlinux.info().has("LENGTH(mem_section)")).isFalse();
            Type behind = struct(vmlinux, "zone").member("behind").orElseThrow().type();
            assertThat(behind).isInstanceOf(Type.Array.class);
            assertThat(behind.size()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dwarf2-64.elf", "dwarf5-64.elf", "big-endian-64.elf"})
    void dimensionsQualifiersAndNegativeEnumeratorsAreRead(String file) {
        try (Vmlinux vmlinux = DebugFiles.vmlinux(file)) {
            Type.Array sections =
                    (Type.Array) vmlinux.types().variable("sections").orElseThrow();
            assertThat(sections.count()).isEqualTo(2);
            assertThat(((Type.Array) sections.element()).count()).isEqualTo(5);
            assertThat(sections.size()).isEqualTo(2 * 5 * 16);
            Type name =
                    struct(vmlinux, "zone").member("name_of_zone").orElseThrow().type();
            assertThat(name.size()).isEqualTo(7);
            assertThat(((Type.Scalar) ((Type.Array) name).element()).kind()).isEqualTo(Type.Kind.CHARACTER);
            Type.Enumeration flags =
                    (Type.Enumeration) vmlinux.types().enumeration("pageflags").orElseThrow();
            assertThat(flags.values())
                    .containsEntry("PG_below", -2L)
                    .containsEntry("PG_beyond", 300L)
                    .containsEntry("PG_swapcache", 200L);
        }
    }

    @Test
    void variablesOfFunctionsAreNotTheKernels() {
        try (Vmlinux vmlinux = DebugFiles.vmlinux("dwarf5-64.elf")) {
            assertThat(vmlinux.types().variable("local_static")).isEmpty();
            assertThat(vmlinux.types().variable("declared_and_never_defined")).isEmpty();
            assertThat(vmlinux.types().variable("amount").orElseThrow().size()).isEqualTo(4);
        }
    }

    /** linux_banner has the release; a page's size is x86's, or that of empty_zero_page. */
    @ParameterizedTest
    @CsvSource({"dwarf4-64.elf, false", "dwarf4-32.elf, true", "big-endian-64.elf, false"})
    void releasePageSizeAndPaeAreTold(String file, boolean pae) {
        try (Vmlinux vmlinux = DebugFiles.vmlinux(file)) {
            VmcoreInfo info = vmlinux.info();
            assertThat(info.text("OSRELEASE")).hasValue("6.12.1-test");
            assertThat(info.text("PAGESIZE")).hasValue("4096");
            assertThat(info.has("CONFIG_X86_PAE")).isEqualTo(pae);
            assertThat(info.text()).startsWith("OSRELEASE=6.12.1-test\nPAGESIZE=4096\n");
        }
    }

    /** What -g writes, -i reads. */
    @Test
    void theTextCanBeReadAgain() {
        try (Vmlinux vmlinux = DebugFiles.vmlinux("dwarf5-64.elf")) {
            String text = vmlinux.info().text();
            ByteSource file =
                    ByteSource.of("text", ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            assertThat(DebugData.fromText(file).text()).isEqualTo(text);
        }
    }

    /** Forms that clang uses, and a unit of an unknown version before: readelf --debug-dump=info reads the same. */
    @Test
    void indexedTextsAndUnknownUnitsAreRead() {
        try (Vmlinux vmlinux = DebugFiles.vmlinux("indexed.elf")) {
            Type.Struct indexed = struct(vmlinux, "indexed");
            assertThat(indexed.size()).isEqualTo(24);
            Member member = indexed.member("member").orElseThrow();
            assertThat(member.offset()).isEqualTo(8);
            assertThat(member.type()).isEqualTo(new Type.Scalar("unsigned long", 8, Type.Kind.INTEGER));
            assertThat(vmlinux.types().variable("counter")).hasValue(member.type());
        }
    }

    @Test
    void aFileWithoutDebugDataIsRefused() {
        byte[] file = DebugFiles.bytes("dwarf4-64.elf");
        String text = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        file[text.lastIndexOf(".debug_info")] = '_';
        assertThatThrownBy(() -> new Vmlinux(ByteSource.of("vmlinux", ByteBuffer.wrap(file))))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("vmlinux: no debug data: a vmlinux with .debug_info expected");
    }
}
