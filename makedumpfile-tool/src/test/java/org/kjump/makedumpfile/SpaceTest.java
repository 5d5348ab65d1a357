package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.build.Kernels;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.open.Dump;

/** When space runs out: another level is tried, and at the last one the most useful part stays, marked as incomplete. */
class SpaceTest {
    private static final int PAGE = 4096;
    /** In the reference kernel the struct pages are here, and page tables below 0x6000. */
    private static final List<Long> TABLES = List.of(2L, 4L, 5L);

    private final Command command = new Command();

    @BeforeEach
    void dump() throws IOException {
        command.file("vmcore", Kernels.reference().dump().bytes());
    }

    @AfterEach
    void close() throws IOException {
        command.close();
    }

    /** Only what was asked for stands there, and nothing else. */
    private void assertFiles(String... names) throws IOException {
        try (Stream<Path> files = Files.list(command.path("."))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void theNextLevelIsTriedWhenTheLimitIsReached() throws IOException {
        assertThat(command.run("-d", "31", "vmcore", "expected")).isZero();
        assertThat(command.run("-L", "3M", "-d", "0,2,31", "vmcore", "dump"))
                .as(command.err())
                .isZero();
        assertThat(command.out())
                .contains("Can't write the dump file(dump). Size limit(3145728) reached.")
                .contains("Retry to create a dumpfile by dump_level(2).")
                .contains("Retry to create a dumpfile by dump_level(31).")
                .contains("The dumpfile is saved to dump.");
        assertThat(command.path("dump")).hasSameBinaryContentAs(command.path("expected"));
        assertFiles("vmcore", "expected", "dump");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-d 0", "-c -d 0", "-d 2,0", "-E -d 0", "-E -d 31"})
    void atTheLastLevelWhatFitsStays(String words) throws IOException {
        String[] all = ("-L 1M " + words + " vmcore dump").split(" ");
        assertThat(command.run(all)).isEqualTo(1);
        assertThat(command.err()).contains("This is an incomplete dumpfile, but might analyzable.");
        assertFiles("vmcore", "dump");
        assertThat(Files.size(command.path("dump"))).isBetween(900L << 10, 1L << 20);
        assertIncomplete(command.path("dump"));
    }

    private void assertIncomplete(Path file) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        boolean marked = start.get(0) == 0x7f ? (start.getInt(48) & 1) != 0 : (start.getInt(424) & 8) != 0;
        assertThat(marked).isTrue();
        try (MemoryImage whole = Dump.open(command.path("vmcore"));
                MemoryImage part = Dump.open(file)) {
            ByteBuffer expected = ByteBuffer.allocate(PAGE);
            ByteBuffer found = ByteBuffer.allocate(PAGE);
            long pages = 0;
            for (long pfn = part.nextReadable(0); pfn >= 0; pfn = part.nextReadable(pfn + 1)) {
                whole.read(pfn, expected.clear());
                part.read(pfn, found.clear());
                assertThat(found.flip()).as("frame %x", pfn).isEqualTo(expected.flip());
                pages++;
            }
            assertThat(pages).isPositive();
            for (long table : TABLES) {
                assertThat(part.state(table)).as("page table %x", table).isEqualTo(PageState.PRESENT);
            }
        }
    }

    /** A disk that has the dump, and 2 MiB for all else. The caller closes it. */
    private static FileSystem almostFull() throws IOException {
        byte[] vmcore = Kernels.reference().dump().bytes();
        Configuration small = Configuration.unix().toBuilder()
                .setMaxSize(vmcore.length + (2L << 20))
                .build();
        FileSystem files = Jimfs.newFileSystem(small);
        Files.write(files.getPath("/work/vmcore"), vmcore);
        return files;
    }

    @Test
    void aDiskThatIsFullIsALimit() throws IOException {
        try (FileSystem files = almostFull()) {
            Path work = files.getPath("/work");
            assertThat(command.runThere(work, "-d", "0", "vmcore", "dump")).isEqualTo(1);
            assertThat(command.err()).contains("This is an incomplete dumpfile, but might analyzable.");
            assertThat(command.out()).contains("Can't write the dump file(dump). No space left on device");
            assertIncomplete(work.resolve("dump"));
            try (Stream<Path> left = Files.list(work)) {
                assertThat(left).hasSize(2);
            }
        }
    }

    /** Each file of a set gets its share, so that the last is not without any. */
    @Test
    void aDiskThatIsFullIsSharedByTheFilesOfASet() throws IOException {
        try (FileSystem files = almostFull()) {
            Path work = files.getPath("/work");
            assertThat(command.runThere(work, "--split", "-d", "0", "vmcore", "a", "b"))
                    .isEqualTo(1);
            for (String part : List.of("a", "b")) {
                try (KdumpFile file = new KdumpFile(ByteSource.open(work.resolve(part)))) {
                    assertThat(file.incomplete()).isTrue();
                    assertThat(file.nextReadable(0)).isNotNegative();
                }
            }
        }
    }

    /** What little there is room for is what leads to the rest: page tables, and what VMCOREINFO names. */
    @Test
    void theKernelIsFoundInASmallPart() throws IOException {
        assertThat(command.run("-L", "460K", "-d", "0", "vmcore", "dump")).isEqualTo(1);
        assertThat(command.run("--vtop", "0xffffffff80000000", "dump"))
                .as(command.err())
                .isZero();
        assertThat(command.out()).contains("ffffffff80000000  0");
        try (MemoryImage part = Dump.open(command.path("dump"))) {
            assertThat(part.state(0x10)).as("the page of init_uts_ns").isEqualTo(PageState.PRESENT);
        }
    }

    @Test
    void aDryRunLeavesNoFileToSpeakOf() {
        assertThat(command.run("-L", "1M", "-d", "0", "--dry-run", "vmcore", "dump"))
                .isEqualTo(1);
        assertThat(command.err()).contains("dump: there would be no room for all of it");
    }

    @Test
    void withoutRoomForHeadersNothingIsLeft() throws IOException {
        assertThat(command.run("-L", "4K", "vmcore", "dump")).isEqualTo(1);
        assertThat(command.err()).contains("Size limit(4096) reached");
        assertFiles("vmcore");
    }

    /** All parts are marked, and each is no longer than allowed. */
    @Test
    void aSetIsIncompleteAsAWhole() throws IOException {
        assertThat(command.run("-L", "1M", "--split", "-d", "0", "vmcore", "a", "b"))
                .isEqualTo(1);
        assertFiles("vmcore", "a", "b");
        for (String part : List.of("a", "b")) {
            assertThat(Files.size(command.path(part))).isLessThanOrEqualTo(1 << 20);
            try (KdumpFile file = new KdumpFile(ByteSource.open(command.path(part)))) {
                assertThat(file.incomplete()).isTrue();
            }
        }
        assertThat(command.run("--reassemble", "b", "a", "whole"))
                .as(command.err())
                .isZero();
        try (KdumpFile whole = new KdumpFile(ByteSource.open(command.path("whole")))) {
            assertThat(whole.incomplete()).isTrue();
        }
    }
}
