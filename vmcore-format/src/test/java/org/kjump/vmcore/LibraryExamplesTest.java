package org.kjump.vmcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.arch.PhysicalMemory;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.Generation;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.Kernels;
import org.kjump.vmcore.build.Logs;
import org.kjump.vmcore.build.PageZoo;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.debug.DebugData;
import org.kjump.vmcore.debug.Need;
import org.kjump.vmcore.dmesg.Dmesg;
import org.kjump.vmcore.elf.ElfWriter;
import org.kjump.vmcore.io.ByteSink;
import org.kjump.vmcore.kdump.KdumpWriter;
import org.kjump.vmcore.kernel.ClassesInOrder;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClass;
import org.kjump.vmcore.kernel.PageClassifier;
import org.kjump.vmcore.kernel.PageFilter;
import org.kjump.vmcore.layout.Struct;
import org.kjump.vmcore.layout.StructLayout;
import org.kjump.vmcore.open.Dump;
import org.kjump.vmcore.pipeline.Workers;
import org.kjump.vmcore.pipeline.ZeroPages;

/**
 * The examples of docs/library.md: what stands between markers here is a block of code there, word for word and in this order; README.md has
 * one of them. They run on a kernel of 8 MiB, version 5.10, whose pages of every kind are in 256 frames from {@link #ZOO} on.
 */
class LibraryExamplesTest {
    private static final long ZOO = 1024;
    private static final int PAGE = 4096;
    private static final int PAGES = 2048;
    /** What level 31 drops of the zoo, as the C tool counts it: see BuiltKernelsTest. */
    private static final int DROPPED = 2 + 1 + 0x61 + 0x10 + 1 + 1;

    /** Without features: its channels are none of files. */
    private final FileSystem files = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setSupportedFeatures().build());

    private final Path vmcore = files.getPath("/vmcore");
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void dump() throws IOException {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_5_1);
        kernel.info().line("CRASHTIME", "1700000000");
        new Logs.Ring(kernel, 2, 6)
                .ids(4, 5)
                .message(4, Logs.Ring.FINALIZED, 0, 16, 1_000_000_000, "begin")
                .message(5, Logs.Ring.FINALIZED, 16, 32, 2_000_000_000, "Oops");
        Files.write(vmcore, kernel.dump().bytes());
    }

    @AfterEach
    void closeFiles() throws IOException {
        files.close();
    }

    @Test
    void open() throws IOException {
        // example
        try (MemoryImage image = Dump.open(vmcore)) {
            System.out.println(image.name() + ": " + image.pfnLimit() + " page frames");
        }
        // end
        List<byte[]> set = KdumpBuilder.file(Abi.WIDE, ByteOrder.LITTLE_ENDIAN)
                .page(1, Contents.text(1, PAGE), Compression.ZLIB)
                .page(2, Contents.text(2, PAGE), Compression.ZLIB)
                .split(2);
        Path part1 = Files.write(files.getPath("/part1"), set.get(0));
        Path part2 = Files.write(files.getPath("/part2"), set.get(1));
        // example
        MemoryImage whole = Dump.open(part2, part1);
        // end
        Contents.assertHas(whole, Map.of(1L, Contents.text(1, PAGE), 2L, Contents.text(2, PAGE)));
        whole.close();
        SeekableByteChannel channel = Files.newByteChannel(vmcore);
        assertThat(channel).isNotInstanceOf(FileChannel.class);
        // example
        MemoryImage remote = Dump.open("s3://crashes/42", channel);
        // end
        assertThat(remote.pfnLimit()).isEqualTo(PAGES);
        remote.close();
        assertThat(channel.isOpen()).isFalse();
        Path dimm = Files.write(files.getPath("/dimm"), Contents.text(7, 3 * PAGE));
        // example
        MemoryImage raw = Dump.openRaw(dimm, Target.X86_64);
        // end
        assertThat(raw.pfnLimit()).isEqualTo(3);
        raw.close();
    }

    @Test
    void targetNotesAndVmcoreInfo() throws IOException {
        try (MemoryImage image = Dump.open(vmcore)) {
            // example
            Target target = image.target();
            boolean isX8664 = target.elfMachine() == Target.EM_X86_64;
            int pageSize = target.pageSize(); // bytes
            long processors = image.notes().stream()
                    .filter(note -> note.type() == Note.NT_PRSTATUS)
                    .count();

            VmcoreInfo info = image.vmcoreInfo().orElseThrow();
            String release = info.text("OSRELEASE").orElse("unknown");
            long swapper = info.symbol("init_top_pgt").orElseThrow(); // virtual address
            long flags = info.offset("page.flags").orElseThrow(); // bytes
            // end
            assertThat(isX8664).isTrue();
            assertThat(pageSize).isEqualTo(PAGE);
            assertThat(processors).isEqualTo(1);
            assertThat(release).isEqualTo("5.10.0");
            assertThat(swapper).isEqualTo(0xffffffff80002000L);
            assertThat(flags).isZero();
            assertThat(info.crashTime()).hasValue(1700000000);
            assertThat(info.physBase()).isZero();
        }
    }

    @Test
    void pagesByFrameNumber() throws IOException {
        try (MemoryImage image = Dump.open(vmcore)) {
            // example
            CRC32 checksum = new CRC32();
            ByteBuffer page = ByteBuffer.allocate(image.target().pageSize());
            for (long pfn = image.nextReadable(0); pfn >= 0; pfn = image.nextReadable(pfn + 1)) {
                image.read(pfn, page.clear());
                checksum.update(page.flip());
            }

            PageState state = image.state(0x400);
            boolean hasBytes = state == PageState.PRESENT || state == PageState.ZERO;
            // end
            byte[] memory = Files.readAllBytes(vmcore);
            CRC32 expected = new CRC32();
            expected.update(memory, memory.length - PAGES * PAGE, PAGES * PAGE);
            assertThat(checksum.getValue()).isEqualTo(expected.getValue());
            assertThat(hasBytes).isTrue();
            assertThat(image.state(PAGES)).isEqualTo(PageState.ABSENT);
        }
    }

    @Test
    void memoryByAddress() throws IOException {
        try (MemoryImage image = Dump.open(vmcore)) {
            // example
            PhysicalMemory physical = new PhysicalMemory(image);
            long entry = physical.unsigned(
                    0x2000 + 8 * 511, 8); // the last of the page directory, in the target's byte order

            KernelMemory kernel = DebugData.kernel(image);
            long memMap = kernel.pointer(kernel.symbol("mem_map"));
            long paddr = kernel.paddr(memMap);
            ByteBuffer structPage = ByteBuffer.allocate(kernel.size("page")).order(kernel.order());
            kernel.read(memMap, structPage);
            // end
            assertThat(entry).isEqualTo(0x4063);
            assertThat(memMap).isEqualTo(Kernels.DIRECT_MAP + (2 << 20));
            assertThat(paddr).isEqualTo(2 << 20);
            assertThat(structPage.getInt(52)).as("_refcount").isEqualTo(1);
        }
    }

    @Test
    void structures() throws IOException {
        try (MemoryImage image = Dump.open(vmcore)) {
            KernelMemory kernel = DebugData.kernel(image);
            // example
            StructLayout layout = StructLayout.named("page")
                    .u64("flags", kernel.offset("page.flags"))
                    .u32("_mapcount", kernel.offset("page._mapcount"))
                    .size(kernel.size("page"));
            long memMap = kernel.pointer(kernel.symbol("mem_map"));
            Struct page = layout.at(kernel, memMap + 0x410L * layout.size());
            long flags = page.get("flags");
            long mapcount = page.getSigned("_mapcount");

            String node = kernel.utsname().map(name -> name.string("nodename")).orElse("unknown");
            // end
            assertThat(flags).isZero();
            assertThat(mapcount).isEqualTo(-129);
            assertThat(node).isEqualTo("built");
        }
    }

    @Test
    void classesOfPages() throws IOException {
        try (MemoryImage image = Dump.open(vmcore)) {
            // example
            KernelMemory kernel = DebugData.kernel(image, Need.values());
            ClassesInOrder classes = ClassesInOrder.of(PageClassifier.of(kernel));
            Map<PageClass, Long> counts = new EnumMap<>(PageClass.class);
            for (long pfn = image.nextReadable(0); pfn >= 0; pfn = image.nextReadable(pfn + 1)) {
                counts.merge(classes.of(pfn), 1L, Long::sum);
            }
            // end
            assertThat(counts)
                    .containsEntry(PageClass.USER, 0x61L)
                    .containsEntry(PageClass.FREE, 0x10L)
                    .containsEntry(PageClass.CACHE, 2L)
                    .containsEntry(PageClass.CACHE_PRIVATE, 1L);
        }
    }

    @Test
    void log() throws IOException {
        // example
        try (MemoryImage image = Dump.open(vmcore)) {
            Dmesg.of(DebugData.kernel(image, Need.LOG)).lines(Dmesg.Extent.ALL, lines::add);
        }
        // end
        assertThat(lines).containsExactly("[    1.000000] begin", "[    2.000000] Oops");
    }

    @Test
    void filter() throws IOException {
        Path kdump = files.getPath("/dump");
        Path core = files.getPath("/core");
        // example
        try (MemoryImage image = Dump.open(vmcore);
                Workers workers = Workers.forAllProcessors()) {
            KernelMemory kernel = DebugData.kernel(image, Need.values());
            PageClassifier classifier = PageClassifier.of(kernel);
            DumpedPages pages = DumpedPages.of(image, classifier);
            PfnSet kept = pages.stored().copy();
            PageFilter.drop(classifier, pages.counted(), kept, 31, workers, Progress.NONE);

            KdumpWriter.Content content = new KdumpWriter.Content(
                    image,
                    pages.existing(),
                    kept,
                    31,
                    Compression.ZSTD,
                    kernel.utsname().orElseThrow().bytes(),
                    kernel.info().crashTime().orElse(0),
                    kernel.info().physBase());
            try (ByteSink sink = ByteSink.create(kdump)) {
                new KdumpWriter(workers).whole(content, sink, Progress.NONE);
            }

            ZeroPages.drop(
                    image, kept, workers, Progress.NONE); // kdump-compressed files have one page for all of these
            try (ByteSink sink = ByteSink.create(core)) {
                new ElfWriter(image, kept).write(sink, Progress.NONE);
            }
        }
        // end
        try (MemoryImage image = Dump.open(vmcore);
                MemoryImage filtered = Dump.open(kdump)) {
            PhysicalMemory zoo = new PhysicalMemory(filtered);
            assertThat(readable(filtered)).isEqualTo(PAGES - DROPPED);
            assertThat(filtered.state(ZOO + PageZoo.FREE_16)).isEqualTo(PageState.EXCLUDED);
            assertThat(zoo.unsigned((ZOO + PageZoo.SLAB) * PAGE, 8))
                    .isEqualTo(new PhysicalMemory(image).unsigned((ZOO + PageZoo.SLAB) * PAGE, 8));
            assertThat(DebugData.release(DebugData.kernel(filtered))).hasValue("5.10.0");
        }
        try (MemoryImage filtered = Dump.open(core)) {
            assertThat(readable(filtered)).isLessThan(PAGES - DROPPED);
            assertThat(DebugData.release(DebugData.kernel(filtered))).hasValue("5.10.0");
        }
        assertThatThrownBy(() -> ByteSink.create(core)).hasMessageContaining("/core");
    }

    private static long readable(MemoryImage image) {
        return LongStream.iterate(image.nextReadable(0), pfn -> pfn >= 0, pfn -> image.nextReadable(pfn + 1))
                .count();
    }

    @Test
    void errors() throws IOException {
        Files.write(vmcore, Contents.text(1, 99));
        // example
        try (MemoryImage image = Dump.open(vmcore)) {
            System.out.println(image.target());
        } catch (VmcoreException e) {
            lines.add(e.getMessage()); // one line: file, place, expected, found
        }
        // end
        assertThat(lines).hasSize(1).first().asString().startsWith("/vmcore: no dump: ");
    }

    @Test
    void threads() throws IOException, InterruptedException, ExecutionException {
        List<Long> found = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try (MemoryImage image = Dump.open(vmcore)) {
            // example
            KernelMemory kernel = DebugData.kernel(image);
            List<Future<Long>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                KernelMemory own = kernel.forAnotherThread();
                answers.add(executor.submit(() -> own.pointer(own.symbol("mem_map"))));
            }
            for (Future<Long> answer : answers) {
                found.add(answer.get());
            }
            // end
        } finally {
            executor.shutdownNow();
        }
        assertThat(found).hasSize(4).containsOnly(Kernels.DIRECT_MAP + (2 << 20));
    }

    @Test
    void theBlocksOfLibraryMdAreTheExamplesHere() throws IOException {
        Path root = Path.of(System.getProperty("kjump.root", ".."));
        Path source = root.resolve("vmcore-format/src/test/java/org/kjump/vmcore/LibraryExamplesTest.java");
        List<String> examples = blocks(Files.readString(source), "// example", "// end");
        List<String> blocks = blocks(Files.readString(root.resolve("docs/library.md")), "```java", "```");
        assertThat(blocks).hasSizeGreaterThan(10).isEqualTo(examples);
        assertThat(blocks(Files.readString(root.resolve("README.md")), "```java", "```"))
                .hasSize(1)
                .isSubsetOf(examples);
    }

    /** What stands between such lines, each block as text without the indentation that all of its lines have. */
    private static List<String> blocks(String text, String start, String end) {
        List<String> blocks = new ArrayList<>();
        List<String> block = new ArrayList<>();
        boolean isInside = false;
        for (String line : text.lines().toList()) {
            if (!isInside) {
                isInside = line.strip().equals(start);
            } else if (line.strip().equals(end)) {
                blocks.add(String.join("\n", block).stripIndent().strip());
                block.clear();
                isInside = false;
            } else {
                block.add(line);
            }
        }
        return blocks;
    }
}
