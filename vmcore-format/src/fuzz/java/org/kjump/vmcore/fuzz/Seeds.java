package org.kjump.vmcore.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.build.LimeBuilder;
import org.kjump.vmcore.build.SadumpBuilder;
import org.kjump.vmcore.build.TinyKernels;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.debug.DebugFiles;
import org.kjump.vmcore.flattened.FlattenedSink;

/** Sound inputs, made small: the fuzzer changes each of their bytes. */
final class Seeds {
    private static final String INFO = "OSRELEASE=6.1.0\nPAGESIZE=4096\n";

    private Seeds() {}

    private static byte[] page(long pfn) {
        return pfn % 5 == 0 ? new byte[4096] : Contents.text(pfn, 4096);
    }

    private static DumpBuilder core(Target target) {
        return DumpBuilder.core(target)
                .note("CORE", 1, new byte[144])
                .vmcoreinfo(INFO)
                .load(4096, 0xc0001000L, page(1), 8192);
    }

    static List<byte[]> elf() {
        return List.of(
                core(Target.I386).bytes(),
                core(Target.X86_64).load(8000, page(2)).bytes(),
                core(Target.I386).load(1L << 33, page(2)).bytes(),
                core(new Target(22, 8, ByteOrder.BIG_ENDIAN, 12)).incomplete().bytes(),
                core(Target.X86_64).ofAHypervisor().countInSection().bytes());
    }

    private static byte[] kdump(Abi abi, ByteOrder order, int version) {
        KdumpBuilder kdump = KdumpBuilder.file(abi, order)
                .version(version)
                .level(1)
                .vmcoreinfo(INFO)
                .erased("erase a 1\n")
                .excluded(60);
        for (long pfn = 1; pfn < 6; pfn++) {
            kdump.page(pfn, page(pfn), List.of(Compression.values()).get((int) pfn % 5));
        }
        return kdump.bytes();
    }

    static List<byte[]> kdump() {
        return List.of(
                kdump(Abi.I386, ByteOrder.LITTLE_ENDIAN, 6),
                kdump(Abi.ALIGNED_32, ByteOrder.BIG_ENDIAN, 6),
                kdump(Abi.WIDE, ByteOrder.LITTLE_ENDIAN, 6),
                kdump(Abi.WIDE, ByteOrder.BIG_ENDIAN, 4),
                kdump(Abi.WIDE, ByteOrder.LITTLE_ENDIAN, 1));
    }

    /** Two records, the second of which overrides a part of the first. */
    private static byte[] flattened(byte[] file) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(stream))) {
            sink.write(0, ByteBuffer.wrap(file));
            sink.write(16, ByteBuffer.wrap(file, 16, 48));
            sink.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stream.toByteArray();
    }

    static List<byte[]> flattened() {
        return Stream.of(elf().get(1), kdump().get(2), sadump().get(0), lime().get(0))
                .map(Seeds::flattened)
                .toList();
    }

    static List<byte[]> sadump() {
        SadumpBuilder sadump = new SadumpBuilder().notStored(9);
        for (long pfn = 1; pfn < 4; pfn++) {
            sadump.page(pfn, page(pfn));
        }
        return List.of(sadump.singlePartition(), sadump.mediaBackup(), sadump.disks(1, 3).get(0));
    }

    static List<byte[]> lime() {
        return List.of(
                new LimeBuilder().range(4096, page(1)).range(1 << 20, page(2)).bytes());
    }

    static List<byte[]> vmcoreInfo() {
        return TinyKernels.described().stream()
                .map(kernel -> bytes(kernel.info().toString()))
                .toList();
    }

    static List<byte[]> vmlinux() {
        return Stream.of("dwarf2-32.elf", "dwarf4-64.elf", "dwarf5-32.elf", "type-units.elf", "big-endian-32.elf", "indexed.elf", "zlib-gabi.elf", "zstd.elf")
                .map(DebugFiles::bytes)
                .toList();
    }

    static List<byte[]> btf() {
        return List.of(DebugFiles.bytes("btf-32.bin"));
    }

    /** A word in every 4 KiB of each kernel; a few of them searched for symbols and types. */
    static List<byte[]> damages() {
        return IntStream.range(0, 4 * TinyKernels.MEMORY / 4096)
                .mapToObj(i -> {
                    byte[] damage = Damage.record(3, i / 4 * 4096, -1);
                    damage[0] = (byte) (i % 4 | (i % 50 == 0 ? 0x80 : 0));
                    return damage;
                })
                .toList();
    }

    static List<byte[]> erasures() {
        return Stream.of(
                        "[vmlinux]\nerase key size 10 # the secret\nerase first.length\n",
                        "for s in table\n erase s.text size s.length\nendfor\nerase chain nullify\n",
                        "for s in chain via next\n erase s.text size 1K\nendfor\nerase chain.next.next.text size 3\n",
                        "[ext4]\nerase key\n[vmlinux]\nfor i in head within item:list\n erase i.text\nendfor\nerase greeting")
                .map(Seeds::bytes)
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
