package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.build.VmcoreInfoText;
import org.kjump.vmcore.debug.btf.BtfTypes;
import org.kjump.vmcore.debug.type.Types;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.KernelMemory;

/** Whatever is in debug data, to read them ends in an answer or in a {@link VmcoreException}, soon and without much memory. */
class DamagedDebugDataTest {
    private static final int ROUNDS = 60;
    private static final long FIRST_SEED = Long.getLong("kjump.seed", 0);
    private static final Duration SOON = Duration.ofSeconds(30);
    /** The files have less than 20 KiB; windows and slots of the readers are most of it. */
    private static final long ALLOCATION_MAX = 64L << 20;

    private static final int[] NASTY = {0, 1, 0x7f, 0x80, 0xff, 0x13, 0x16, 0x49};

    private interface Reading {
        void of(byte[] file);
    }

    private static void check(byte[] file, Reading reading) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            reading.of(file);
        } catch (VmcoreException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOCATION_MAX);
    }

    private static void damage(byte[] whole, Reading reading) {
        Assertions.assertTimeout(SOON, () -> {
            Random random = new Random(FIRST_SEED);
            for (int round = 0; round < ROUNDS; round++) {
                byte[] file = whole.clone();
                for (int i = random.nextInt(8); i >= 0; i--) {
                    int at = random.nextInt(file.length);
                    file[at] = (byte) (random.nextBoolean() ? NASTY[random.nextInt(NASTY.length)] : random.nextInt());
                }
                check(file, reading);
                check(Arrays.copyOf(whole, random.nextInt(whole.length)), reading);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dwarf2-64.elf",
                "dwarf5-32.elf",
                "dwarf5-64bit-format.elf",
                "type-units.elf",
                "big-endian-32.elf",
                "zlib-gabi.elf",
                "zlib-gnu.elf",
                "zstd.elf",
                "indexed.elf"
            })
    void vmlinux(String name) {
        damage(DebugFiles.bytes(name), file -> {
            try (Vmlinux vmlinux = new Vmlinux(ByteSource.of("damaged", ByteBuffer.wrap(file)))) {
                vmlinux.info();
                TypeWalk.of(vmlinux.types());
            }
        });
    }

    @Test
    void btf() {
        damage(DebugFiles.bytes("btf-32.bin"), file -> {
            Types types = new BtfTypes("damaged", ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), 4);
            Names.find("damaged", Names.keys(), symbol -> OptionalLong.empty(), types);
            TypeWalk.of(types);
        });
    }

    @Test
    void kallsyms() {
        Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);
        VmcoreInfoText info = new VmcoreInfoText().line("OSRELEASE", "6.12").symbol("mem_map", 0xc0111000L);
        new KallsymsBuilder()
                .symbol("_stext", 0xc0100000L)
                .symbol("mem_map", 0xc0111000L)
                .write(ram, 0, 0xc0000000L, KallsymsBuilder.Words.RELATIVE, 0xc0000000L, info);
        byte[] memory = new byte[0x9000];
        ram.read(0, ByteBuffer.wrap(memory));
        VmcoreInfo known = VmcoreInfo.parse("damaged", info.toString());
        damage(memory, file -> {
            try (MemoryImage image = DumpBuilder.core(Target.I386)
                    .load(0, 0xc0000000L, file, file.length)
                    .open()) {
                Kallsyms.of(new KernelMemory(image, known), name -> true);
            }
        });
    }
}
