package org.kjump.vmcore.build;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.build.KernelMemoryBuilder.Sections;
import org.kjump.vmcore.build.PageTables.Mode;

/** Kernels of x86_64 that tests and the C makedumpfile read: one for each memory model and paging mode. */
public final class Kernels {
    /** Where a kernel without KASLR maps physical address 0, from 4.20 on. */
    public static final long DIRECT_MAP = 0xffff888000000000L;

    private static final long KERNEL_MAP = 0xffffffff80000000L;
    private static final int MIB = 1 << 20;

    private Kernels() {}

    /** All kernels whose dumps the C makedumpfile 1.7.2 reads, by name: those of i386 end in its name. */
    public static Map<String, Supplier<DumpBuilder>> all() {
        Map<String, Supplier<DumpBuilder>> kernels = new LinkedHashMap<>();
        kernels.put("x86_64-reference", () -> reference().dump());
        kernels.put("x86_64-3.17", () -> small(Generation.SINCE_3_17).dump());
        kernels.put("x86_64-4.6", () -> small(Generation.SINCE_4_6).dump());
        kernels.put("x86_64-4.16", () -> small(Generation.SINCE_4_16).dump());
        kernels.put("x86_64-kaslr", () -> kaslr().dump());
        kernels.put("x86_64-kaslr-told-by-text", () -> kaslrToldByText());
        kernels.put("x86_64-five-levels", () -> fiveLevels().dump());
        kernels.put("x86_64-hypervisor", () -> small(Generation.SINCE_5_1).hypervisorDump());
        kernels.put("x86_64-sections", () -> sparse(Sections.ROOTS).dump());
        kernels.put(
                "x86_64-sections-by-pointer",
                () -> sparse(Sections.POINTER_TO_ROOTS).dump());
        kernels.put("x86_64-section-array", () -> sparse(Sections.ARRAY).dump());
        kernels.put("2.6.27-i386", () -> I386Kernels.freeLists().dump());
        kernels.put("sections-i386", () -> I386Kernels.sections().dump());
        kernels.put("pae-i386", () -> I386Kernels.pae().dump());
        return kernels;
    }

    /**
     * 64 MiB with a hole below 1 MiB, kernel 5.10, the zoo at frame 8192: the core for which the behaviour of the C tool is known best
     * (its report, and the sizes of its files).
     */
    public static KernelMemoryBuilder reference() {
        KernelMemoryBuilder kernel = new KernelMemoryBuilder(Target.X86_64, DIRECT_MAP, Generation.SINCE_5_1.layout())
                .memory(0, 0xa0000)
                .memory(0x100000, 64 * MIB)
                .named(0x10000, DIRECT_MAP + 0x10000, "5.10.0", "x86_64");
        Generation.SINCE_5_1.describe(kernel.info());
        tables(kernel.ram());
        kernel.info().symbol("init_top_pgt", KERNEL_MAP + 0x2000).number("phys_base", 0);
        kernel.flat(0x11000, 16 * MIB, 64 * MIB / 4096);
        PageZoo.populate(kernel, Generation.SINCE_5_1, 8192);
        return kernel.vmcoreInfoLength(1100);
    }

    /** PGD, a PUD for the direct map and one for the kernel's text, and one PMD that both lead to. */
    private static void tables(Ram ram) {
        ram.setUnsigned(0x2000 + 8 * 273, 8, 0x3063);
        ram.setUnsigned(0x2000 + 8 * 511, 8, 0x4063);
        ram.setUnsigned(0x3000, 8, 0x5063);
        ram.setUnsigned(0x4000 + 8 * 510, 8, 0x5063);
        for (long page = 0; page < 32; page++) {
            ram.setUnsigned(0x5000 + 8 * page, 8, page << 21 | 0xe3);
        }
    }

    private static KernelMemoryBuilder eightMib(Generation generation, long directMap) {
        KernelMemoryBuilder kernel = new KernelMemoryBuilder(Target.X86_64, directMap, generation.layout())
                .memory(0, 8 * MIB)
                .named(0x10000, directMap + 0x10000, generation.release(), "x86_64");
        generation.describe(kernel.info());
        return kernel;
    }

    private static KernelMemoryBuilder flat(KernelMemoryBuilder kernel, Generation generation) {
        kernel.flat(0x11000, 2 * MIB, 8 * MIB / 4096);
        PageZoo.populate(kernel, generation, 1024);
        return kernel;
    }

    /** 8 MiB, the zoo at frame 1024. */
    public static KernelMemoryBuilder small(Generation generation) {
        KernelMemoryBuilder kernel = eightMib(generation, DIRECT_MAP);
        tables(kernel.ram());
        boolean isOld =
                generation.release().startsWith("3.") || generation.release().matches("4\\.[0-9]\\..*");
        String root = isOld ? "init_level4_pgt" : "init_top_pgt";
        kernel.info().symbol(root, KERNEL_MAP + 0x2000).number("phys_base", 0);
        return flat(kernel, generation);
    }

    /** The image at 4 MiB more than linked, and 32 MiB higher in its map; the direct map somewhere else. */
    public static KernelMemoryBuilder kaslr() {
        KernelMemoryBuilder kernel = randomised();
        kernel.info().number("phys_base", 4 * MIB - 32 * MIB);
        return kernel;
    }

    private static KernelMemoryBuilder randomised() {
        long directMap = 0xffff95e7c0000000L;
        KernelMemoryBuilder kernel = eightMib(Generation.SINCE_5_1, directMap);
        // PGD in the image: 0x2000 of it.
        PageTables tables = new PageTables(kernel.ram(), Mode.FOUR_LEVELS, 4 * MIB - 0xe000, 0x20000);
        for (long paddr = 0; paddr < 8 * MIB; paddr += 2 * MIB) {
            tables.map(directMap + paddr, paddr, 2 * MIB);
        }
        kernel.info().symbol("init_top_pgt", KERNEL_MAP + 32 * MIB - 0xe000).line("KERNELOFFSET", "2000000");
        return flat(kernel, Generation.SINCE_5_1);
    }

    /** Before 4.10, phys_base was to be found by the load of the kernel's text: the last MiB here. */
    private static DumpBuilder kaslrToldByText() {
        KernelMemoryBuilder kernel = randomised();
        return DumpBuilder.core(Target.X86_64)
                .note("CORE", 1, new byte[336])
                .vmcoreinfo(kernel.info().toString())
                .load(kernel.ram(), 7 * MIB, KERNEL_MAP + 35 * MIB, MIB, MIB)
                .load(kernel.ram(), 0, kernel.vaddr(0), 8 * MIB, 8 * MIB);
    }

    public static KernelMemoryBuilder fiveLevels() {
        long directMap = 0xff11000000000000L;
        KernelMemoryBuilder kernel = eightMib(Generation.SINCE_5_1, directMap);
        PageTables tables = new PageTables(kernel.ram(), Mode.FIVE_LEVELS, 0x2000, 0x20000);
        for (long paddr = 0; paddr < 8 * MIB; paddr += 4096) {
            tables.map(directMap + paddr, paddr, 4096);
        }
        kernel.info()
                .symbol("init_top_pgt", KERNEL_MAP + 0x2000)
                .number("phys_base", 0)
                .number("pgtable_l5_enabled", 1)
                .number("MAX_PHYSMEM_BITS", 52);
        return flat(kernel, Generation.SINCE_5_1);
    }

    /** Sections of 16 MiB, of which the second has no memory; the zoo in the third. */
    public static KernelMemoryBuilder sparse(Sections sections) {
        Generation generation = Generation.SINCE_5_1;
        KernelMemoryBuilder kernel = new KernelMemoryBuilder(Target.X86_64, DIRECT_MAP, generation.layout())
                .memory(0, 4 * MIB)
                .memory(32 * MIB, 34 * MIB)
                .named(0x10000, DIRECT_MAP + 0x10000, generation.release(), "x86_64");
        generation.describe(kernel.info());
        tables(kernel.ram());
        int physmemBits = sections == Sections.ARRAY ? 32 : 36;
        kernel.info()
                .symbol("init_top_pgt", KERNEL_MAP + 0x2000)
                .number("phys_base", 0)
                .number("SECTION_SIZE_BITS", 24)
                .number("MAX_PHYSMEM_BITS", physmemBits);
        kernel.sparse(sections, 24, physmemBits, 16, 0x20000, 2 * MIB);
        PageZoo.populate(kernel, generation, 32 * MIB / 4096 + 256);
        return kernel;
    }
}
