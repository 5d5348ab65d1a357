package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.build.TinyKernels;
import org.kjump.vmcore.build.VmcoreInfoText;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.KernelMemory;

/** What is known of a kernel, put together from all sources: a kernel of i386 with its symbols and its BTF in memory. */
class DebugDataTest {
    private static final long OFFSET = 0xc0000000L;
    private static final long KALLSYMS = 0x120000;
    private static final long BTF = 0x140010;
    private static final long END = 0x180000;

    private final Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);
    private final VmcoreInfoText info = new VmcoreInfoText();
    private final KallsymsBuilder symbols = new KallsymsBuilder();
    private KallsymsBuilder.Words words = KallsymsBuilder.Words.RELATIVE;

    DebugDataTest() {
        info.line("OSRELEASE", "6.12.1-test").line("PAGESIZE", "4096").symbol("_stext", OFFSET + 0x100000);
        symbols.symbol("_stext", OFFSET + 0x100000)
                .symbol("a" + "b".repeat(300), OFFSET + 0x100010)
                .symbol("mem_map", OFFSET + 0x111000)
                .symbol("__start_BTF", OFFSET + BTF);
        ram.write(BTF, ByteBuffer.wrap(DebugFiles.bytes("btf-32.bin")));
    }

    private MemoryImage image() {
        symbols.write(ram, KALLSYMS, OFFSET, words, OFFSET + 0x100000, info);
        return imageWithoutKallsyms();
    }

    private MemoryImage imageWithoutKallsyms() {
        return DumpBuilder.core(Target.I386)
                .vmcoreinfo(info.toString())
                .load(ram, 0x100000, OFFSET + 0x100000, END - 0x100000, END - 0x100000)
                .open();
    }

    private static ByteSource text(String... lines) {
        String text = String.join("\n", lines) + "\n";
        return ByteSource.of("text", ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static KernelMemory kernel(MemoryImage image, Need... needs) {
        return DebugData.kernel(image, Optional.empty(), Set.copyOf(Arrays.asList(needs)));
    }

    @ParameterizedTest
    @EnumSource(KallsymsBuilder.Words.class)
    void aSymbolThatIsMissingIsTakenFromTheKernelsOwn(KallsymsBuilder.Words rule) {
        words = rule;
        VmcoreInfo known = kernel(image(), Need.MEMORY_MODEL).info();
        assertThat(known.symbol("mem_map")).hasValue(OFFSET + 0x111000);
        assertThat(known.keysBySource()).containsEntry("built: kallsyms", List.of("SYMBOL(mem_map)"));
    }

    /** 6.1 and later pack names of more than 127 tokens: this one has 302. */
    @Test
    void namesWithLongLengthsAreRead() {
        KernelMemory kernel = kernel(image());
        assertThat(Kallsyms.of(kernel, name -> true).orElseThrow().address("a" + "b".repeat(300)))
                .hasValue(OFFSET + 0x100010);
    }

    @Test
    void aStructureThatIsMissingIsTakenFromTheKernelsTypes() {
        Map<String, Long> expected = DebugFiles.expected("expected-32.txt");
        VmcoreInfo known = kernel(image(), Need.STRUCT_PAGE).info();
        assertThat(known.size("page")).hasValue(DebugFiles.number(expected, "SIZE(page)"));
        assertThat(known.offset("page.lru")).hasValue(DebugFiles.number(expected, "OFFSET(page.lru)"));
        assertThat(known.keysBySource().keySet()).containsExactly("built", "built: BTF");
        // Nothing is taken that nobody needs.
        assertThat(known.has("SIZE(zone)")).isFalse();
    }

    @Test
    void anExportedValueStays() {
        info.size("page", 44);
        assertThat(kernel(image(), Need.STRUCT_PAGE).info().size("page")).hasValue(44);
    }

    /** Before 6.0 VMCOREINFO does not say where the symbols are: BTF is looked for behind the text. */
    @Test
    void typesAreFoundWithoutSymbols() {
        byte[] file = Arrays.copyOf(DebugFiles.bytes("btf-32.bin"), 70_000);
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(20, file.length - header.getInt(4) - header.getInt(16));
        ram.write(BTF, ByteBuffer.wrap(file));
        VmcoreInfo known = kernel(imageWithoutKallsyms(), Need.STRUCT_PAGE).info();
        assertThat(known.size("page"))
                .hasValue(DebugFiles.number(DebugFiles.expected("expected-32.txt"), "SIZE(page)"));
    }

    /** The kernel's own symbols have another way to meet the need, which is met already. */
    @Test
    void nothingIsTakenWithoutNeed() {
        symbols.symbol("mem_section", OFFSET + 0x112000);
        info.symbol("mem_map", OFFSET + 0x5000);
        KernelMemory kernel = kernel(image(), Need.MEMORY_MODEL);
        assertThat(kernel.info().keysBySource().keySet()).containsExactly("built");
    }

    @Test
    void damagedTablesAreAsIfThereWereNone() {
        symbols.write(ram, KALLSYMS, OFFSET, words, OFFSET, info);
        ram.setUnsigned(KALLSYMS, 4, 0xffffffffL);
        VmcoreInfo known = kernel(imageWithoutKallsyms(), Need.MEMORY_MODEL).info();
        assertThat(known.symbol("mem_map")).isEmpty();
    }

    /** A record whose name lies behind all names. */
    @Test
    void damagedTypesAreAsIfThereWereNone() {
        ram.setUnsigned(BTF + 24, 4, 0x7fffffff);
        ram.setUnsigned(BTF + 28, 4, 4 << 24);
        VmcoreInfo known = kernel(image(), Need.STRUCT_PAGE, Need.MEMORY_MODEL).info();
        assertThat(known.has("SIZE(page)")).isFalse();
        assertThat(known.symbol("mem_map")).hasValue(OFFSET + 0x111000);
    }

    @Test
    void eachNeedIsMetByOneWay() {
        VmcoreInfo log = VmcoreInfo.parse("a", "SYMBOL(log_buf)=1\nSYMBOL(log_buf_len)=2\nSYMBOL(log_end)=3\n");
        assertThat(EnumSet.allOf(Need.class))
                .filteredOn(need -> need.isMetBy(log))
                .containsExactly(Need.LOG);
        assertThat(Need.LOG.isMetBy(VmcoreInfo.parse("a", "SYMBOL(log_buf)=1\n")))
                .isFalse();
    }

    @Test
    void everyKeyThatIsNeededHasARule() {
        for (Need need : Need.values()) {
            assertThat(Names.keys()).containsAll(need.keys());
        }
    }

    @Test
    void whatIsGivenWinsAndIsMovedByTheDumpsOffset() {
        info.line("KERNELOFFSET", "1000000").number("PG_lru", 4);
        VmcoreInfo given = DebugData.fromText(
                text("OSRELEASE=6.12.1-test", "PAGESIZE=4096", "SYMBOL(mem_map)=c0111000", "NUMBER(PG_lru)=9"));
        VmcoreInfo known = DebugData.known(image(), Optional.of(given));
        assertThat(known.symbol("mem_map")).hasValue(0xc1111000L);
        assertThat(known.symbol("_stext")).hasValue(0xc0100000L);
        assertThat(known.number("PG_lru")).hasValue(9);
        assertThat(known.keysBySource().get("text")).contains("SYMBOL(mem_map)", "NUMBER(PG_lru)");
        assertThat(known.keysBySource().get("built")).contains("SYMBOL(_stext)", "KERNELOFFSET");
    }

    /** The text of a running kernel has its offset in it: it is the same kernel, at another place. */
    @Test
    void anOffsetOfTheTextIsTakenOutFirst() {
        info.line("KERNELOFFSET", "1000000");
        VmcoreInfo given = DebugData.fromText(
                text("OSRELEASE=6.12.1-test", "PAGESIZE=4096", "SYMBOL(mem_map)=c0311000", "KERNELOFFSET=200000"));
        VmcoreInfo known = DebugData.known(image(), Optional.of(given));
        assertThat(known.symbol("mem_map")).hasValue(0xc1111000L);
        assertThat(known.kernelOffset()).isEqualTo(0x1000000);
    }

    @Test
    void aVmlinuxIsASource() {
        info.line("KERNELOFFSET", "1000000");
        try (Vmlinux vmlinux = DebugFiles.vmlinux("dwarf5-32.elf")) {
            VmcoreInfo known = DebugData.known(image(), Optional.of(vmlinux.info()));
            assertThat(known.symbol("node_data"))
                    .hasValue(DebugFiles.number(DebugFiles.symbols("dwarf5-32.elf"), "node_data") + 0x1000000);
            assertThat(known.keysBySource().get("dwarf5-32.elf")).contains("SIZE(page)", "OSRELEASE");
        }
    }

    @Test
    void anotherKernelIsRefused() {
        VmcoreInfo given = DebugData.fromText(text("OSRELEASE=6.12.2-test", "PAGESIZE=4096"));
        assertThatThrownBy(() -> DebugData.known(image(), Optional.of(given)))
                .isInstanceOf(ReleaseMismatchException.class)
                .hasMessage("text and built don't match: release 6.12.2-test, and 6.12.1-test in the dump");
    }

    /** Also if the dump says nothing of itself: the kernel's memory has its name. */
    @Test
    void anotherKernelIsSeenInItsMemory() {
        ram.write(0x101000 + 4 + 130, ByteBuffer.wrap("6.12.3-test\0".getBytes(StandardCharsets.US_ASCII)));
        MemoryImage image = DumpBuilder.core(Target.I386)
                .load(ram, 0x100000, OFFSET + 0x100000, 0x10000, 0x10000)
                .open();
        VmcoreInfo given =
                DebugData.fromText(text("OSRELEASE=6.12.2-test", "PAGESIZE=4096", "SYMBOL(init_uts_ns)=c0101000"));
        assertThatThrownBy(() -> DebugData.kernel(image, Optional.of(given), Set.of()))
                .isInstanceOf(ReleaseMismatchException.class)
                .hasMessage("text and built don't match: release 6.12.2-test, and 6.12.3-test in the dump");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SYMBOL(a)=0",
                "SYMBOL(a)=ffffffffffffffff",
                "SYMBOL(a)=c0100000 ",
                "SYMBOL(a)=c0100000\r",
                "SYMBOL(a)=",
                "SIZE(page)=12k",
                "OFFSET(page.lru)=",
                "NUMBER(PG_lru)=5 ",
                "PAGESIZE=0",
                "PAGESIZE=4095",
                "CRASHTIME=0"
            })
    void damagedLinesAreTold(String line) {
        assertThatThrownBy(() -> DebugData.fromText(text("OSRELEASE=6.12.1", "PAGESIZE=4096", line)))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("Invalid data in text: " + line.stripTrailing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NUMBER(a)=-129", "NUMBER(a)=0xffff800008000000", "LENGTH(a)=0", "what else there is", ""})
    void goodLinesAreNot(String line) {
        VmcoreInfo read = DebugData.fromText(text("OSRELEASE=6.12.1", "PAGESIZE=4096", line));
        assertThat(read.text("OSRELEASE")).hasValue("6.12.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OSRELEASE", "PAGESIZE"})
    void aTextNeedsReleaseAndPageSize(String key) {
        String other = key.equals("OSRELEASE") ? "PAGESIZE=4096" : "OSRELEASE=6.12.1";
        assertThatThrownBy(() -> DebugData.fromText(text(other)))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("Invalid format in text: it has no " + key);
    }

    /** Found by fuzzing: 128 MiB of addresses without memory were read into a buffer of its own for each page. */
    @Test
    void aSearchForTypesThatAreNotThereIsCheap() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (MemoryImage image = TinyKernels.i386().open()) {
            long before = threads.getCurrentThreadAllocatedBytes();
            kernel(image, Need.values());
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100L << 20);
        }
    }
}
