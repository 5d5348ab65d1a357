package org.kjump.vmcore.open;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.kdump.KdumpFile;

/** What QEMU itself writes of machines that have nothing but their firmware: ELF, with paging, and kdump-compressed. */
@Tag("oracle")
class HypervisorTest {
    private static final int MEGABYTES = 16;

    @TempDir
    private Path folder;

    private Path dump(String options) {
        return folder.resolve("dump" + options);
    }

    /** The machine is stopped before its first instruction, so that all dumps are of the same memory. */
    private void runQemu(String machine, String options) throws IOException, InterruptedException {
        Path qemu = Path.of("/usr/bin/qemu-system-" + machine);
        Assumptions.assumeTrue(Files.exists(qemu), "skipped: no " + qemu);
        List<String> command = new ArrayList<>(List.of(qemu.toString()));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-S", "-m", Integer.toString(MEGABYTES), "-nic", "none", "-display", "none"));
        command.addAll(List.of("-serial", "none", "-parallel", "none", "-monitor", "stdio"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectErrorStream(true)
                .start();
        try {
            StringBuilder script = new StringBuilder();
            for (String form : new String[] {"", "-p", "-z"}) {
                script.append("dump-guest-memory %s %s\n".formatted(form, dump(form)));
            }
            process.getOutputStream().write((script + "quit\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "i386, -M pc, 3, 4",
        // Not in long mode yet.
        "x86_64, -M pc, 3, 4",
        "arm, -M virt -cpu cortex-a15, 40, 4",
        "aarch64, -M virt -cpu cortex-a57, 183, 8"
    })
    void allFormsHaveTheSameMemory(String machine, String options, int elfMachine, int wordBytes)
            throws IOException, InterruptedException {
        runQemu(machine, options);
        try (MemoryImage elf = Dump.open(dump(""));
                MemoryImage paging = Dump.open(dump("-p"));
                MemoryImage kdump = Dump.open(dump("-z"))) {
            assertThat(elf).isInstanceOf(ElfCore.class);
            assertThat(kdump).isInstanceOf(KdumpFile.class);
            Map<Long, byte[]> pages = new HashMap<>();
            for (long pfn = elf.nextReadable(0); pfn >= 0; pfn = elf.nextReadable(pfn + 1)) {
                byte[] page = new byte[4096];
                elf.read(pfn, ByteBuffer.wrap(page));
                pages.put(pfn, page);
            }
            assertThat(pages).hasSizeGreaterThanOrEqualTo(MEGABYTES * 256);
            Target target = new Target(elfMachine, wordBytes, ByteOrder.LITTLE_ENDIAN, 12);
            assertThat(List.of(elf.target(), paging.target())).containsOnly(target);
            assertThat(kdump.target().elfMachine()).isEqualTo(elfMachine);
            assertThat(kdump.target().wordBytes()).isEqualTo(wordBytes);
            assertThat(List.of(
                            elf.notes().size(),
                            paging.notes().size(),
                            kdump.notes().size()))
                    .containsOnly(elf.notes().size());
            Contents.assertHas(paging, pages);
            // Of an arm64 machine that says nothing of itself QEMU takes pages for 64 KiB, the most that there can be.
            Contents.assertHas(kdump, merged(pages, kdump.target().pageSize()));
        }
    }

    private static Map<Long, byte[]> merged(Map<Long, byte[]> pages, int size) {
        Map<Long, byte[]> merged = new HashMap<>();
        pages.forEach((pfn, page) -> System.arraycopy(
                page,
                0,
                merged.computeIfAbsent(pfn * 4096 / size, block -> new byte[size]),
                (int) (pfn * 4096 % size),
                4096));
        return merged;
    }
}
