package org.kjump.vmcore.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.debug.DebugFiles;
import org.kjump.vmcore.debug.TypeWalk;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.debug.btf.BtfTypes;
import org.kjump.vmcore.elf.ElfSections;
import org.kjump.vmcore.erase.EraseConfig;
import org.kjump.vmcore.erase.Erasure;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/** What is asked of debug data. */
final class DebugReading {
    private static final String ERASED = "dwarf5-32.elf";
    private static final long DIRECT_MAP = 0xc0000000L;
    private static final long START = 0x100000;
    private static final int SIZE = 0x10000;

    private static final byte[] VMLINUX = DebugFiles.bytes(ERASED);
    private static final byte[] DUMP = dump();

    private DebugReading() {}

    static void vmlinux(byte[] file) {
        try (Vmlinux vmlinux = new Vmlinux(DumpReading.source(file))) {
            vmlinux.info();
            TypeWalk.of(vmlinux.types());
        }
    }

    static void btf(byte[] file) {
        TypeWalk.of(new BtfTypes("fuzzed", ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), 4));
    }

    /** A dump of the small kernel whose debug data they are, at the addresses that it was linked for. */
    private static byte[] dump() {
        Ram ram = new Ram(ByteOrder.LITTLE_ENDIAN);
        ElfSections elf = new ElfSections(DumpReading.source(VMLINUX));
        elf.all().stream()
                .filter(section -> section.name().equals(".data"))
                .forEach(section -> ram.write(section.address() - DIRECT_MAP, content(elf.bytes(section))));
        return DumpBuilder.core(Target.I386)
                .vmcoreinfo("OSRELEASE=6.12.1-test\nPAGESIZE=4096\n")
                .load(ram, START, DIRECT_MAP + START, SIZE, SIZE)
                .bytes();
    }

    private static ByteBuffer content(ByteSource source) {
        ByteBuffer bytes = ByteBuffer.allocate((int) source.size());
        source.readFully(0, bytes);
        return bytes.flip();
    }

    static void erasure(byte[] config) {
        try (Vmlinux vmlinux = new Vmlinux(DumpReading.source(VMLINUX));
                MemoryImage image = Dump.open(DumpReading.source(DUMP))) {
            Erasure erasure =
                    EraseConfig.read(DumpReading.source(config)).erasure(new KernelMemory(image, image.vmcoreInfo().orElseThrow()), vmlinux);
            erasure.text();
            erasure.messages();
            ByteBuffer page = ByteBuffer.allocate(image.target().pageSize());
            MemoryImage erased = erasure.applyTo(image);
            for (long pfn = erased.nextReadable(0); pfn >= 0; pfn = erased.nextReadable(pfn + 1)) {
                erased.read(pfn, page.clear());
            }
        }
    }
}
