package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.KernelMemoryBuilder.Sections;
import org.kjump.vmcore.build.PageTables.Mode;

/** Kernels with hardly any memory, for tests that read a dump thousands of times. */
public final class TinyKernels {
    /** Bytes of memory that each has, stored at the end of its dump. */
    public static final int MEMORY = 0x4a000;

    private static final long KERNEL_MAP = 0xffffffff80000000L;
    private static final long MAP = 0x40000;

    private TinyKernels() {}

    /** A dump of which single lines of VMCOREINFO can be changed. */
    public record Described(Supplier<KernelMemoryBuilder> kernel) {
        public VmcoreInfoText info() {
            return kernel.get().info();
        }

        public DumpBuilder with(String key, String value) {
            KernelMemoryBuilder changed = kernel.get();
            changed.info().line(key, value);
            return changed.dump();
        }

        public DumpBuilder without(String key) {
            KernelMemoryBuilder changed = kernel.get();
            changed.info().without(key);
            return changed.dump();
        }
    }

    public static List<Described> described() {
        return List.of(
                new Described(TinyKernels::flat),
                new Described(() -> sections(Sections.POINTER_TO_ROOTS)),
                new Described(I386Kernels::tiny));
    }

    public static DumpBuilder x8664() {
        return flat().dump();
    }

    public static DumpBuilder sparse() {
        return sections(Sections.POINTER_TO_ROOTS).dump();
    }

    /** With free lists. */
    public static DumpBuilder i386() {
        return I386Kernels.tiny().dump();
    }

    private static KernelMemoryBuilder kernel() {
        Generation generation = Generation.SINCE_5_1;
        KernelMemoryBuilder kernel = new KernelMemoryBuilder(Target.X86_64, Kernels.DIRECT_MAP, generation.layout())
                .memory(0, MEMORY)
                .named(0x10000, Kernels.DIRECT_MAP + 0x10000, generation.release(), "x86_64");
        generation.describe(kernel.info());
        PageTables tables = new PageTables(kernel.ram(), Mode.FOUR_LEVELS, 0x2000, 0x3000);
        for (long paddr = 0; paddr < MEMORY; paddr += 4096) {
            tables.map(Kernels.DIRECT_MAP + paddr, paddr, 4096);
        }
        kernel.info().symbol("init_top_pgt", KERNEL_MAP + 0x2000).number("phys_base", 0);
        return kernel;
    }

    private static void inUse(KernelMemoryBuilder kernel) {
        kernel.page(0x20).set("_mapcount", -129);
        kernel.page(0x20).set("private", 3);
        kernel.page(0x28).set("flags", Generation.LRU);
        Generation.SINCE_5_1.compound(kernel, 0x30, 3, Generation.Kind.HUGETLB);
    }

    private static KernelMemoryBuilder flat() {
        KernelMemoryBuilder kernel = kernel().flat(0x11000, MAP, MEMORY / 4096);
        inUse(kernel);
        return kernel;
    }

    private static KernelMemoryBuilder sections(Sections kind) {
        KernelMemoryBuilder kernel = kernel();
        kernel.info().number("SECTION_SIZE_BITS", 24).number("MAX_PHYSMEM_BITS", 36);
        kernel.sparse(kind, 24, 36, 16, 0x12000, MAP);
        inUse(kernel);
        return kernel;
    }

    /**
     * The memory of an i386 machine after a jump: at 0x1000 the control page, which swaps frames 4 and 5 with 6 and 7 by the list at
     * 0x2000, and the frames that the list needs.
     */
    public static DumpBuilder jump() {
        Ram ram = new Ram(Target.I386.order());
        ram.scribble(3, 8);
        ram.write(0x1000, ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xd2})); // call *%edx
        ram.setUnsigned(0x1804, 4, 0x80000011L);
        ram.setUnsigned(0x1810, 4, 0xc0001000L);
        ram.setUnsigned(0x1818, 4, 0x3000);
        ram.setUnsigned(0x181c, 4, 0x2000 | 2);
        long[] list = {0x4000 | 1, 0x6000 | 8, 0x7000 | 8, 4};
        for (int i = 0; i < list.length; i++) {
            ram.setUnsigned(0x2000 + 4L * i, 4, list[i]);
        }
        DumpBuilder dump = DumpBuilder.core(Target.I386)
                .vmcoreinfo("OSRELEASE=2.6.27\nPAGESIZE=4096\nSYMBOL(init_uts_ns)=c0004000\n");
        dump.load(ram, 0x3000, 0xc0003000L, 0x1000, 0x1000);
        dump.load(ram, 0x6000, 0xc0006000L, 0x2000, 0x2000);
        return dump.load(ram, 0x1000, 0xc0001000L, 0x2000, 0x2000);
    }
}
