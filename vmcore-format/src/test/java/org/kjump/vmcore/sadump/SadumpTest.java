package org.kjump.vmcore.sadump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.SadumpBuilder;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.open.Dump;

class SadumpTest {
    private static final int LAST = 70;

    /** Frames 3 to 69 but every fifth, which is not stored; 9 and 11 are not there. */
    private static SadumpBuilder described(int block, Map<Long, byte[]> pages) {
        SadumpBuilder dump = new SadumpBuilder().block(block);
        for (long pfn = 3; pfn < LAST; pfn++) {
            if (pfn % 5 == 0) {
                dump.notStored(pfn);
                pages.put(pfn, new byte[block]);
            } else if (pfn < 9 || pfn > 11) {
                byte[] page = Contents.noise(pfn, block);
                dump.page(pfn, page);
                pages.put(pfn, page);
            }
        }
        return dump;
    }

    private static SadumpBuilder described(int block) {
        return described(block, new TreeMap<>());
    }

    private static ByteSource source(int number, byte[] bytes) {
        return ByteSource.of("disk" + number, ByteBuffer.wrap(bytes));
    }

    private static MemoryImage open(List<byte[]> files) {
        List<ByteSource> sources = new ArrayList<>();
        files.forEach(file -> sources.add(source(1 + sources.size(), file)));
        return Dump.open(sources);
    }

    private static void assertIsRead(List<byte[]> files, Map<Long, byte[]> pages) {
        try (MemoryImage image = open(files)) {
            assertThat(image).isInstanceOf(SadumpFile.class);
            assertThat(image.pfnLimit()).isEqualTo(LAST);
            assertThat(image.state(3)).isEqualTo(PageState.PRESENT);
            assertThat(image.state(5)).as("not stored").isEqualTo(PageState.ZERO);
            assertThat(image.state(11)).isEqualTo(PageState.ABSENT);
            assertThat(image.state(LAST)).isEqualTo(PageState.ABSENT);
            Contents.assertHas(image, pages);
        }
    }

    @ParameterizedTest
    @CsvSource({"4096, 0", "4096, 1", "8192, 1", "65536, 1"})
    void allContainersAreRead(int block, int version) {
        Map<Long, byte[]> pages = new TreeMap<>();
        SadumpBuilder dump = described(block, pages).version(version);
        assertIsRead(List.of(dump.singlePartition()), pages);
        assertIsRead(List.of(dump.mediaBackup()), pages);
        List<byte[]> disks = new ArrayList<>(dump.disks(3, 17));
        assertIsRead(disks, pages);
        Collections.rotate(disks, 1);
        assertIsRead(disks, pages);
    }

    @Test
    void theProcessorsTellTheMachine() {
        try (MemoryImage image = open(List.of(described(4096).singlePartition()))) {
            assertThat(image.target()).isEqualTo(Target.X86_64);
        }
        try (MemoryImage image = open(List.of(described(4096).i386().mediaBackup()))) {
            assertThat(image.target()).isEqualTo(Target.I386);
        }
    }

    private static void assertRefused(List<byte[]> files, String message) {
        assertThatThrownBy(() -> open(files))
                .isInstanceOf(VmcoreException.class)
                .hasMessage(message);
    }

    @Test
    void disksThatDoNotMakeASetAreTold() {
        List<byte[]> disks = described(4096).disks(3, 17);
        byte[] single = described(4096).singlePartition();
        assertRefused(disks.subList(0, 2), "disk1: disk set: 3 disks expected, 2 found");
        assertRefused(disks.subList(1, 3), "disk1: disks of a set: disk 1 expected, disk 2 found");
        assertRefused(
                List.of(disks.get(0), disks.get(1), disks.get(1)),
                "disk3: disks of a set: disk 3 expected, disk 2 found");
        assertRefused(
                List.of(disks.get(0), single),
                "disk2: set_disk_set at offset 152: a disk of a set expected, a partition that stands alone found");
        byte[] other = disks.get(2).clone();
        other[136] = 0;
        assertRefused(
                List.of(disks.get(0), disks.get(1), other), "disk3: time_stamp: that of disk1 expected, another found");
    }

    /** Each word of the header's rest follows from the one before. */
    @Test
    void aBrokenChainOfMagicNumbersIsTold() {
        byte[] file = described(4096).singlePartition();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(2000, 1);
        assertRefused(
                List.of(file),
                "disk1: partition header at offset 0: magic numbers up to the end of a block of 4 to 64 KiB expected,"
                        + " up to offset 2000 found");
    }

    @Test
    void aMediaHeaderThatIsOfAnotherPartitionIsTold() {
        byte[] file = described(4096).mediaBackup();
        file[20] = 0;
        assertRefused(
                List.of(file), "disk1: media header at offset 0: the partition's disk_set_id expected, another found");
    }
}
