package org.kjump.vmcore.dmesg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Samples;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.Logs;
import org.kjump.vmcore.build.Logs.Records;
import org.kjump.vmcore.build.Logs.Ring;
import org.kjump.vmcore.build.TinyKernels;
import org.kjump.vmcore.dmesg.Dmesg.Extent;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/** Logs of built kernels of each generation, and those of real ones. */
class DmesgTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> lines = new ArrayList<>();

    private static KernelMemoryBuilder kernel() {
        return TinyKernels.described().get(0).kernel().get();
    }

    private List<String> read(KernelMemoryBuilder kernel, Extent extent) {
        try (MemoryImage image = kernel.dump().open()) {
            Dmesg.of(new KernelMemory(image)).lines(extent, lines::add);
        }
        return lines;
    }

    private List<String> read(KernelMemoryBuilder kernel) {
        return read(kernel, Extent.ALL);
    }

    @Test
    void aKernelThatNamesNoLogHasNone() {
        assertThatThrownBy(() -> read(kernel()))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("Can't find some symbols for log_buf.");
    }

    @Test
    void charactersAreShownAsTheyAre() {
        KernelMemoryBuilder kernel = kernel();
        Logs.characters(kernel, "<6>one\n<4>two\n................", 14, 14);
        assertThat(read(kernel)).containsExactly("<6>one", "<4>two");
    }

    @Test
    void aFullBufferOfCharactersBeginsInTheMiddle() {
        KernelMemoryBuilder kernel = kernel();
        // 20 characters have been written to a buffer of 16: the oldest is at index 4.
        Logs.characters(kernel, "s\n<6>old line\n<5", 20, 7);
        assertThat(read(kernel)).containsExactly(">old line", "<5s", "<6");
    }

    @Test
    void charactersSinceTheLogWasCleared() {
        KernelMemoryBuilder kernel = kernel();
        Logs.characters(kernel, "<6>one\n<4>two\n..", 14, 7);
        assertThat(read(kernel, Extent.SINCE_CLEAR)).containsExactly("<4>two");
    }

    @Test
    void aBufferLargerThanTheMachineIsNone() {
        KernelMemoryBuilder kernel = kernel();
        Logs.characters(kernel, "<6>one\n", 7, 7);
        kernel.ram().setUnsigned(0x14010, 4, 0x7fffffff);
        assertThatThrownBy(() -> read(kernel))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("log_buf_len");
    }

    @ParameterizedTest
    @CsvSource({"log", "printk_log"})
    void recordsFollowEachOther(String struct) {
        KernelMemoryBuilder kernel = kernel();
        Records log = new Records(kernel, struct, 16, 256);
        long second = log.record(0, 1_500_000, 0, "first line");
        long end = log.record(second, 12345 * SECOND + 678_901_999, 0, "two\nlines\u0001\u0080\u00c3\u00a9\tx\\");
        log.indexes(0, end, second);
        assertThat(read(kernel))
                .containsExactly(
                        "[    0.001500] first line", "[12345.678901] two\n               lines\\x01\\x80\u00e9\tx\\");
        lines.clear();
        assertThat(read(kernel, Extent.SINCE_CLEAR))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("[12345");
    }

    @Test
    void callersAreTasksOrProcessors() {
        KernelMemoryBuilder kernel = kernel();
        Records log = new Records(kernel, "printk_log", 24, 256);
        long end = log.record(log.record(0, 0, 17, "task"), 0, 0x80000003L, "cpu\nmore");
        log.indexes(0, end, 0);
        assertThat(read(kernel))
                .containsExactly(
                        "[    0.000000] [     T17] task", "[    0.000000] [      C3] cpu\n" + " ".repeat(26) + "more");
    }

    @Test
    void aRecordOfNoLengthLeadsToTheStart() {
        KernelMemoryBuilder kernel = kernel();
        Records log = new Records(kernel, "log", 16, 128);
        long end = log.record(0, 2 * SECOND, 0, "young");
        log.record(64, SECOND, 0, "old");
        log.indexes(64, end, 0);
        assertThat(read(kernel)).containsExactly("[    1.000000] old", "[    2.000000] young");
    }

    @Test
    void recordsThatLeadInACircleEnd() {
        KernelMemoryBuilder kernel = kernel();
        Records log = new Records(kernel, "log", 16, 128);
        log.record(0, SECOND, 0, "again");
        log.indexes(0, 100, 0);
        assertThatThrownBy(() -> read(kernel))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining(
                        "Cycle when parsing dmesg detected. The printk log_buf is most likely corrupted.");
        assertThat(lines).containsExactly("[    1.000000] again", "[    1.000000] again");
    }

    @ParameterizedTest
    @CsvSource({"120, 0", "4294967295, 0", "0, 4000"})
    void recordsOutsideOfTheBufferAreNotRead(long first, long length) {
        KernelMemoryBuilder kernel = kernel();
        Records log = new Records(kernel, "log", 16, 128);
        log.record(0, SECOND, 0, "a");
        if (length > 0) {
            kernel.ram().setUnsigned(0x15008, 2, length);
        }
        log.indexes(first, 64, 0);
        assertThatThrownBy(() -> read(kernel))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("Index outside log_buf detected.");
        assertThat(lines).isEmpty();
    }

    /** A ring of four descriptors and 64 bytes of text, of which the sixth message's is the first to wrap. */
    private static Ring ring(KernelMemoryBuilder kernel) {
        return new Ring(kernel, 2, 6)
                .ids(4, 7)
                .message(4, Ring.FINALIZED, 64, 80, SECOND, "four")
                .message(5, Ring.COMMITTED, 80, 112, 2 * SECOND, "five\nlines")
                .message(6, Ring.FINALIZED, 112, 144, 3 * SECOND, "wrapped")
                .message(7, Ring.FINALIZED, 3, 3, 4 * SECOND, "");
    }

    @Test
    void aRingIsReadFromTailToHead() {
        KernelMemoryBuilder kernel = kernel();
        ring(kernel);
        // The wrapped message has taken the place of the first.
        assertThat(read(kernel))
                .containsExactly(
                        "[    1.000000] wrap", "[    2.000000] five\n               lines", "[    3.000000] wrapped");
    }

    /** Kernels since the end of 2025 fill the ring to its last byte. */
    @Test
    void aMessageMayEndWhereTheRingDoes() {
        KernelMemoryBuilder kernel = kernel();
        new Ring(kernel, 2, 6)
                .ids(4, 5)
                .message(4, Ring.FINALIZED, 64, 96, SECOND, "first")
                .message(5, Ring.FINALIZED, 96, 128, 2 * SECOND, "to the very end");
        assertThat(read(kernel)).containsExactly("[    1.000000] first", "[    2.000000] to the very end");
    }

    @Test
    void messagesBeingWrittenOrUsedAgainAreLeftOut() {
        KernelMemoryBuilder kernel = kernel();
        ring(kernel).message(4, 0, 64, 80, 0, "").message(5, Ring.REUSABLE, 80, 112, 0, "");
        ring(kernel).message(4, 0, 64, 80, 0, "").message(1, Ring.FINALIZED, 80, 112, 0, "of long ago");
        assertThat(read(kernel)).containsExactly("[    3.000000] wrapped");
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void aRingSinceItWasCleared(int copy) {
        KernelMemoryBuilder kernel = kernel();
        ring(kernel).clearedAt(6, copy);
        assertThat(read(kernel, Extent.SINCE_CLEAR)).containsExactly("[    3.000000] wrapped");
    }

    @Test
    void idsGoOnBeyondTheirLargest() {
        KernelMemoryBuilder kernel = kernel();
        long largest = -1L >>> 2;
        new Ring(kernel, 2, 6)
                .withCallers()
                .ids(largest, 0)
                .message(largest, Ring.FINALIZED, 0, 16, 0, "last")
                .caller(largest, 0x80000001L)
                .message(0, Ring.FINALIZED, 16, 32, 0, "first");
        assertThat(read(kernel)).containsExactly("[    0.000000] [      C1] last", "[    0.000000] [      T0] first");
    }

    @Test
    void aTextIsNoLongerThanItsBlock() {
        KernelMemoryBuilder kernel = kernel();
        new Ring(kernel, 2, 6).ids(0, 0).message(0, Ring.FINALIZED, 0, 16, 0, "much longer than eight");
        assertThat(read(kernel)).containsExactly("[    0.000000] much lon");
    }

    @ParameterizedTest
    @CsvSource({"0x14100, 64", "0x14100, 30", "0x14130, 41", "0x14130, 0xffffffff", "0x14130, 36"})
    void aRingLargerThanTheMachineIsNone(String address, String bits) {
        KernelMemoryBuilder kernel = kernel();
        ring(kernel);
        kernel.ram().setUnsigned(Long.decode(address), 4, Long.decode(bits));
        assertThatThrownBy(() -> read(kernel)).isInstanceOf(VmcoreException.class);
    }

    @Test
    void moreMessagesThanDescriptorsAreNotBelieved() {
        KernelMemoryBuilder kernel = kernel();
        ring(kernel).ids(4, 1L << 40);
        assertThatThrownBy(() -> read(kernel))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("ring of 4");
    }

    /** Each number in the ring's description damaged: an answer or our exception, at once. */
    @Test
    void damageEnds() {
        for (long at = 0x14100; at < 0x14150; at += 4) {
            for (long value : new long[] {0, 1, 0x7fffffffL, 0xffffffffL}) {
                KernelMemoryBuilder kernel = kernel();
                ring(kernel);
                kernel.ram().setUnsigned(at, 4, value);
                try {
                    read(kernel);
                } catch (VmcoreException e) {
                    assertThat(e).hasMessageNotContaining("null");
                }
            }
        }
    }

    /** The C makedumpfile's text; that of 1.7.2 has no callers. */
    @ParameterizedTest
    @CsvSource({
        "i386-mini, vmcore, true",
        "i386-nopae, vmcore, true",
        "i386-jump, dump.elf, true",
        "amd64-small, vmcore, true",
        "amd64-6.12, vmcore, false",
        "arm64-6.1, vmcore, true"
    })
    void realKernels(String sample, String file, boolean withoutCallers) throws IOException {
        Path core = Samples.dump(sample, file);
        List<String> expected = Samples.text(sample, "dmesg.txt").lines().toList();
        try (MemoryImage image = view(Dump.open(core))) {
            Dmesg.of(new KernelMemory(image)).lines(Extent.ALL, lines::add);
        }
        List<String> found = lines.stream()
                .map(line ->
                        withoutCallers ? line.replaceFirst("(\\[ *[0-9]+\\.[0-9]{6}] )\\[ *[CT][0-9]+] ", "$1") : line)
                .flatMap(String::lines)
                .toList();
        assertThat(found).isEqualTo(expected);
    }

    private static MemoryImage view(MemoryImage dump) {
        return JumpedImage.findControlPage(dump)
                .map((ControlPage control) -> (MemoryImage) new JumpedImage(dump, control))
                .orElse(dump);
    }

    /** Found by fuzzing: 140 bytes were allocated for each byte that is no text. */
    @Test
    void aLogOfJunkIsShownWithoutMuchMemory() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] junk = new byte[1 << 20];
        Arrays.fill(junk, (byte) 0x80);
        LogText.readable(new byte[] {(byte) 0x80});
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(LogText.readable(junk)).startsWith("\\x80\\x80").hasSize(4 << 20);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64L << 20);
    }
}
