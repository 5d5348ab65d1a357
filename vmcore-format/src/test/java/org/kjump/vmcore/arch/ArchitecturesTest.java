package org.kjump.vmcore.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.build.EntryEncoding;
import org.kjump.vmcore.build.PageTables;
import org.kjump.vmcore.build.PageTables.Mode;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.build.RamImage;

/** Page walks of every mode, on tables made from the manuals' rules: pages of all sizes, holes, the last byte of the address space. */
class ArchitecturesTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final long TIB = 1L << 40;
    /** Where the topmost table is, and the others behind. */
    private static final long ROOT = 0x400000;

    private record Page(long vaddr, long paddr, long size) {}

    /**
     * @param info of VMCOREINFO; the root is at {@link #ROOT} by it
     * @param hole a virtual address that is in no page
     */
    private record Machine(String name, Target target, String info, Mode mode, long hole, List<Page> pages) {
        @Override
        public String toString() {
            return name;
        }

        AddressSpace space() {
            Ram ram = new Ram(target.order());
            PageTables tables = new PageTables(ram, mode, ROOT, ROOT + MIB);
            pages.forEach(page -> tables.map(page.vaddr, page.paddr, page.size));
            return open(ram, target, info);
        }
    }

    private static AddressSpace open(Ram ram, Target target, String info) {
        ram.setUnsigned(ROOT, 1, ram.unsigned(ROOT, 1)); // the root is in the dump, even if it maps nothing
        return AddressSpace.of(new RamImage(ram, target, List.of()), VmcoreInfo.parse("ram", info));
    }

    private static Target target(int machine, int pageShift) {
        return new Target(machine, machine == Target.EM_ARM ? 4 : 8, LITTLE, pageShift);
    }

    private static Mode mode(EntryEncoding encoding, int topBits, Integer... shifts) {
        return new Mode(encoding, topBits, List.of(shifts));
    }

    static Stream<Machine> machines() {
        List<Machine> all = new ArrayList<>();
        arm64(all);
        arm(all);
        riscv(all);
        s390x(all);
        ppc64(all);
        loongArch(all);
        return all.stream();
    }

    private static String arm64Info(int built, int used, int physical) {
        return "SYMBOL(swapper_pg_dir)=ffff800008400000\nNUMBER(kimage_voffset)=0xffff800008000000\nNUMBER(VA_BITS)="
                + built
                + "\nNUMBER(TCR_EL1_T1SZ)=0x" + Long.toHexString(64 - used) + "\nNUMBER(MAX_PHYSMEM_BITS)=" + physical
                + "\n";
    }

    private static void arm64(List<Machine> all) {
        Target k4 = target(Target.EM_AARCH64, 12);
        Target k16 = target(Target.EM_AARCH64, 14);
        Target k64 = target(Target.EM_AARCH64, 16);
        all.add(new Machine(
                "arm64, 4 KiB, 39 bits",
                k4,
                arm64Info(39, 39, 48),
                mode(EntryEncoding.ARM64, 9, 30, 21, 12),
                0xffffffc000000000L,
                List.of(
                        new Page(0xffffff8000001000L, 0x1234_5678_9000L, 4 * KIB),
                        new Page(0xffffff8000200000L, 0xffff_ffe0_0000L, 2 * MIB),
                        new Page(0xffffff8040000000L, 0x8000_0000L, GIB),
                        new Page(-4096, 0x5000, 4 * KIB))));
        all.add(new Machine(
                "arm64, 4 KiB, 48 bits",
                k4,
                arm64Info(48, 48, 48),
                mode(EntryEncoding.ARM64, 9, 39, 30, 21, 12),
                0xffff800000000000L,
                List.of(
                        new Page(0xffff000000000000L, 0x4000_0000L, GIB),
                        new Page(0xffff000080200000L, 0x4020_0000L, 2 * MIB),
                        new Page(0xfffffc0000001000L, 0xffff_ffff_f000L, 4 * KIB),
                        new Page(-4096, 0x6000, 4 * KIB))));
        all.add(new Machine(
                "arm64, 4 KiB, 52 bits (LPA2)",
                k4,
                arm64Info(52, 52, 52),
                mode(EntryEncoding.ARM64_LPA2, 4, 48, 39, 30, 21, 12),
                0xfff8000000000000L,
                List.of(
                        new Page(0xfff0000000001000L, 0xf_ffff_ffff_f000L, 4 * KIB),
                        new Page(0xfff0000000200000L, 0x8_0000_0020_0000L, 2 * MIB),
                        new Page(0xfff0000040000000L, 0x4_0000_4000_0000L, GIB),
                        new Page(0xfff0008000000000L, 0xc_0080_0000_0000L, 512 * GIB),
                        new Page(-4096, 0x5000, 4 * KIB))));
        // Built for 52 bits, run by a processor that has 48: a level less, and bits 8 and 9 say shareable.
        all.add(new Machine(
                "arm64, 4 KiB, 48 of 52 bits",
                k4,
                arm64Info(52, 48, 52),
                mode(EntryEncoding.ARM64, 9, 39, 30, 21, 12),
                0xffff800000000000L,
                List.of(
                        new Page(0xffff000000200000L, 0x4020_0000L, 2 * MIB),
                        new Page(0xfffffc0000001000L, 0x8_0000_1000L, 4 * KIB))));
        all.add(new Machine(
                "arm64, 16 KiB, 36 bits",
                k16,
                arm64Info(36, 36, 48),
                mode(EntryEncoding.ARM64, 11, 25, 14),
                0xfffffff800000000L,
                List.of(
                        new Page(0xfffffff000004000L, 0x1234_5678_8000L, 16 * KIB),
                        new Page(0xfffffff002000000L, 0x4200_0000L, 32 * MIB),
                        new Page(-16384, 0x8000, 16 * KIB))));
        all.add(new Machine(
                "arm64, 16 KiB, 47 bits",
                k16,
                arm64Info(47, 47, 48),
                mode(EntryEncoding.ARM64, 11, 36, 25, 14),
                0xffffc00000000000L,
                List.of(
                        new Page(0xffff800000004000L, 0x1234_5678_8000L, 16 * KIB),
                        new Page(0xffff800002000000L, 0x4200_0000L, 32 * MIB))));
        all.add(new Machine(
                "arm64, 16 KiB, 48 bits",
                k16,
                arm64Info(48, 48, 48),
                mode(EntryEncoding.ARM64, 1, 47, 36, 25, 14),
                0xffffc00000000000L,
                List.of(
                        new Page(0xffff000000004000L, 0x1234_5678_8000L, 16 * KIB),
                        new Page(0xffff800002000000L, 0x4200_0000L, 32 * MIB),
                        new Page(-16384, 0x8000, 16 * KIB))));
        all.add(new Machine(
                "arm64, 16 KiB, 52 bits (LPA2)",
                k16,
                arm64Info(52, 52, 52),
                mode(EntryEncoding.ARM64_LPA2, 5, 47, 36, 25, 14),
                0xfff8000000000000L,
                List.of(
                        new Page(0xfff0000000004000L, 0xf_ffff_ffff_c000L, 16 * KIB),
                        new Page(0xfff0000002000000L, 0x8_0000_0200_0000L, 32 * MIB),
                        new Page(0xfff0001000000000L, 0x4_0010_0000_0000L, 64 * GIB))));
        all.add(new Machine(
                "arm64, 64 KiB, 42 bits",
                k64,
                arm64Info(42, 42, 48),
                mode(EntryEncoding.ARM64, 13, 29, 16),
                0xfffffe0000000000L,
                List.of(
                        new Page(0xfffffc0000010000L, 0x1234_5678_0000L, 64 * KIB),
                        new Page(0xfffffc0020000000L, 0x6000_0000L, 512 * MIB),
                        new Page(-65536, 0x50000, 64 * KIB))));
        all.add(new Machine(
                "arm64, 64 KiB, 48 bits",
                k64,
                arm64Info(48, 48, 48),
                mode(EntryEncoding.ARM64, 6, 42, 29, 16),
                0xffff800000000000L,
                List.of(
                        new Page(0xffff000000010000L, 0xffff_ffff_0000L, 64 * KIB),
                        new Page(0xffff000020000000L, 0x6000_0000L, 512 * MIB))));
        all.add(new Machine(
                "arm64, 64 KiB, 52 bits",
                k64,
                arm64Info(52, 52, 52),
                mode(EntryEncoding.ARM64_LPA, 10, 42, 29, 16),
                0xfff8000000000000L,
                List.of(
                        new Page(0xfff0000000010000L, 0xf_ffff_ffff_0000L, 64 * KIB),
                        new Page(0xfff0000020000000L, 0xa_0000_2000_0000L, 512 * MIB),
                        new Page(0xfff0040000000000L, 0x5_0400_0000_0000L, 4 * TIB),
                        new Page(-65536, 0x50000, 64 * KIB))));
        // The processor's 64 entries are the last of the kernel's 1024.
        all.add(new Machine(
                "arm64, 64 KiB, 48 of 52 bits",
                k64,
                arm64Info(52, 48, 52),
                mode(EntryEncoding.ARM64_LPA, 10, 42, 29, 16),
                0xffff800000000000L,
                List.of(
                        new Page(0xffff000000010000L, 0x1234_5678_0000L, 64 * KIB),
                        new Page(0xffff000020000000L, 0x6000_0000L, 512 * MIB))));
    }

    private static void arm(List<Machine> all) {
        Target arm = target(Target.EM_ARM, 12);
        String info = "SYMBOL(swapper_pg_dir)=c0400000\nSYMBOL(_stext)=c0008000\n";
        all.add(new Machine(
                "arm, short descriptors",
                arm,
                info,
                mode(EntryEncoding.ARM_SHORT, 12, 20, 12),
                0xd0000000L,
                List.of(
                        new Page(0xc0000000L, 0x80000000L, MIB),
                        new Page(0xc1000000L, 0xb9_4200_0000L, 16 * MIB),
                        new Page(0xf0001000L, 0x12345000, 4 * KIB),
                        new Page(0xf0010000L, 0x87650000L, 64 * KIB),
                        new Page(0xfffff000L, 0x7000, 4 * KIB))));
        all.add(new Machine(
                "arm, LPAE",
                arm,
                info + "CONFIG_ARM_LPAE=y\n",
                mode(EntryEncoding.ARM64, 2, 30, 21, 12),
                0xd0000000L,
                List.of(
                        new Page(0xc0000000L, 0x80000000L, 2 * MIB),
                        new Page(0xf0001000L, 0xfe_dcba_9000L, 4 * KIB),
                        new Page(0x80000000L, 0x1_4000_0000L, GIB),
                        new Page(0xfffff000L, 0x7000, 4 * KIB))));
    }

    private static void riscv(List<Machine> all) {
        Target riscv = target(Target.EM_RISCV, 12);
        String info =
                "SYMBOL(swapper_pg_dir)=ffffffff80400000\nNUMBER(va_kernel_pa_offset)=0xffffffff80000000\nNUMBER(VA_BITS)=";
        List<Page> pages = List.of(
                new Page(0xffffffc600001000L, 0xff_ffff_ffff_f000L, 4 * KIB),
                new Page(0xffffffc600010000L, 0x1_2345_0000L, 64 * KIB),
                new Page(0xffffffc600200000L, 0x8020_0000L, 2 * MIB),
                new Page(0xffffffc640000000L, 0x9_4000_0000L, GIB),
                new Page(-4096, 0x5000, 4 * KIB));
        all.add(new Machine(
                "riscv64, Sv39",
                riscv,
                info + 39,
                mode(EntryEncoding.RISCV, 9, 30, 21, 12),
                0xffffffd800000000L,
                pages));
        List<Page> more = new ArrayList<>(pages);
        more.add(new Page(0xffff8f8000000000L, 0x80_0000_0000L, 512 * GIB));
        all.add(new Machine(
                "riscv64, Sv48",
                riscv,
                info + 48,
                mode(EntryEncoding.RISCV, 9, 39, 30, 21, 12),
                0xffffffd800000000L,
                List.copyOf(more)));
        more.add(new Page(0xff61000000000000L, 0x1_0000_0000_0000L, 256 * TIB));
        all.add(new Machine(
                "riscv64, Sv57",
                riscv,
                info + 57,
                mode(EntryEncoding.RISCV, 9, 48, 39, 30, 21, 12),
                0xffffffd800000000L,
                more));
    }

    private static void s390x(List<Machine> all) {
        Target s390x = new Target(Target.EM_S390, 8, ByteOrder.BIG_ENDIAN, 12);
        String info = "SYMBOL(swapper_pg_dir)=400000\n";
        List<Page> pages = List.of(
                new Page(0, 0, MIB),
                new Page(0x400000, 0x400000, MIB),
                new Page(0x3f7_ffff_f000L, 0xfff_ffff_f000L, 4 * KIB),
                new Page(0x3f7_ffef_f000L, 0x12_3456_7000L, 4 * KIB),
                new Page(0x3f0_0010_0000L, 0x12_3450_0000L, MIB),
                new Page(0x3e0_8000_0000L, 0x1_8000_0000L, 2 * GIB));
        all.add(new Machine(
                "s390x, three levels",
                s390x,
                info,
                mode(EntryEncoding.S390X, 11, 31, 20, 12),
                0x3e1_8000_0000L,
                pages));
        List<Page> more = new ArrayList<>(pages);
        more.add(new Page(0x1f_ffff_ffff_f000L, 0x8000, 4 * KIB));
        all.add(new Machine(
                "s390x, four levels",
                s390x,
                info,
                mode(EntryEncoding.S390X, 11, 42, 31, 20, 12),
                0x10_0000_0000_0000L,
                List.copyOf(more)));
        more.add(new Page(-4096, 0x9000, 4 * KIB));
        all.add(new Machine(
                "s390x, five levels, moved image",
                s390x,
                "SYMBOL(swapper_pg_dir)=3ffe0400000\nKERNELOFFSET=3ffe0000000\nKERNELOFFPHYS=0\n",
                mode(EntryEncoding.S390X, 11, 53, 42, 31, 20, 12),
                0x10_0000_0000_0000L,
                more));
    }

    private static void ppc64(List<Machine> all) {
        Target k4 = target(Target.EM_PPC64, 12);
        Target k64 = target(Target.EM_PPC64, 16);
        String symbol = "SYMBOL(swapper_pg_dir)=c000000000400000\nOSRELEASE=";
        all.add(new Machine(
                "ppc64le, radix, 64 KiB",
                k64,
                symbol + "6.9.0\nNUMBER(RADIX_MMU)=1\n",
                mode(EntryEncoding.RADIX, 13, 39, 30, 21, 16),
                0xc00c000100000000L,
                List.of(
                        new Page(0xc008000000010000L, 0x1_ffff_ffff_0000L, 64 * KIB),
                        new Page(0xc00c000000200000L, 0x7_0020_0000L, 2 * MIB),
                        new Page(0xc00c000040000000L, 0x9_4000_0000L, GIB),
                        new Page(0xc00fffffffff0000L, 0x50000, 64 * KIB))));
        all.add(new Machine(
                "ppc64le, radix, 4 KiB",
                k4,
                symbol + "6.9.0\nNUMBER(RADIX_MMU)=1\n",
                mode(EntryEncoding.RADIX, 13, 39, 30, 21, 12),
                0xc00c000100000000L,
                List.of(
                        new Page(0xc008000000001000L, 0x12_3456_7000L, 4 * KIB),
                        new Page(0xc00c000000200000L, 0x7_0020_0000L, 2 * MIB))));
        hash(all, "4.17", k64, mode(EntryEncoding.HASH, 8, 44, 34, 24, 16));
        hash(all, "4.12", k64, mode(EntryEncoding.HASH, 8, 41, 34, 24, 16));
        hash(all, "4.7", k64, mode(EntryEncoding.HASH, 12, 34, 29, 24, 16));
        hash(all, "3.13", k64, mode(EntryEncoding.HASH_3_10, 12, 34, 24, 16));
        hash(all, "5.10", k4, mode(EntryEncoding.HASH, 9, 37, 28, 21, 12));
    }

    private static void hash(List<Machine> all, String release, Target target, Mode mode) {
        long size = target.pageSize();
        // Frames' numbers had 34 bits before 4.6, addresses 57 before 4.11, and 53 since.
        long highest = (1L << (release.startsWith("3") ? 50 : release.equals("4.7") ? 57 : 53)) - 1;
        all.add(new Machine(
                "ppc64le, hash, %s, %d KiB".formatted(release, size / KIB),
                target,
                "SYMBOL(swapper_pg_dir)=c000000000400000\nOSRELEASE=" + release + ".0\nNUMBER(RADIX_MMU)=0\n",
                mode,
                0xd000000100000000L,
                List.of(
                        new Page(0xd000000000000000L, 0x3_1234_0000L, size),
                        new Page(0xd000000023450000L, highest & -size, size),
                        new Page(0xd000234560000000L, 0x6000_0000L, size),
                        new Page(0xd000000400000000L - size, 0x50000, size))));
    }

    private static void loongArch(List<Machine> all) {
        String info = "SYMBOL(swapper_pg_dir)=9000000000400000\n";
        all.add(new Machine(
                "loongarch64, 16 KiB",
                target(Target.EM_LOONGARCH, 14),
                info,
                mode(EntryEncoding.LOONGARCH, 11, 36, 25, 14),
                0xffff801000000000L,
                List.of(
                        new Page(0xffff800000004000L, 0xffff_ffff_c000L, 16 * KIB),
                        new Page(0xffff800002000000L, 0x9200_0000L, 32 * MIB))));
        all.add(new Machine(
                "loongarch64, 4 KiB",
                target(Target.EM_LOONGARCH, 12),
                info,
                mode(EntryEncoding.LOONGARCH, 9, 30, 21, 12),
                0xffff801000000000L,
                List.of(
                        new Page(0xffff800000001000L, 0x1_2345_6000L, 4 * KIB),
                        new Page(0xffff800000200000L, 0x9020_0000L, 2 * MIB))));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void everyByteOfAPageIsWhereTheTablesSay(Machine machine) {
        AddressSpace space = machine.space();
        for (Page page : machine.pages) {
            for (long at : new long[] {0, 1, page.size / 2, page.size - 1}) {
                assertThat(space.paddr(page.vaddr + at))
                        .as("%x + %x, page of %x", page.vaddr, at, page.size)
                        .isEqualTo(page.paddr + at);
            }
        }
        assertThat(space.paddr(machine.hole)).isEqualTo(AddressSpace.UNMAPPED);
    }

    /** A step for each table, and the last one's entry is the page's. */
    @ParameterizedTest
    @MethodSource("machines")
    void theStepsOfAWalkAreTold(Machine machine) {
        AddressSpace space = machine.space();
        for (Page page : machine.pages) {
            Translation translation = space.translate(page.vaddr);
            assertThat(translation.paddr()).isEqualTo(page.paddr);
            List<Integer> shifts = machine.mode.shifts();
            long tables =
                    shifts.stream().filter(shift -> 1L << shift >= page.size).count();
            boolean isOfSeveral = shifts.stream().noneMatch(shift -> 1L << shift == page.size);
            assertThat(translation.steps()).hasSize((int) tables + (isOfSeveral ? 1 : 0));
            assertThat(translation.steps().get(0).level()).isEqualTo("PGD");
            assertThat(translation.steps().get(0).address()).isBetween(ROOT, ROOT + MIB - 1);
        }
        Translation hole = space.translate(machine.hole);
        assertThat(hole.isMapped()).isFalse();
        assertThat(hole.steps()).isNotEmpty();
    }

    /** Entries that lead anywhere: each walk ends, with an answer or with our exception. */
    @ParameterizedTest
    @MethodSource("machines")
    void aTableThatLeadsToItselfEndsTheWalk(Machine machine) {
        Ram ram = new Ram(machine.target.order());
        new PageTables(ram, machine.mode, ROOT, ROOT + MIB);
        for (int i = 0; i < 8192; i++) {
            long entry = 0x0101_0101_0101_0101L * (i * 37 % 256);
            ram.setUnsigned(ROOT + 8L * i, 8, i % 3 == 0 ? ROOT | 0x63 : entry);
        }
        for (long vaddr = machine.hole; vaddr < machine.hole + 64 * GIB; vaddr += 123 * MIB + 4096) {
            try {
                AddressSpace space = open(ram, machine.target, machine.info);
                assertThat(space.translate(vaddr).steps())
                        .hasSizeLessThanOrEqualTo(machine.mode.shifts().size() + 2);
            } catch (VmcoreException e) {
                assertThat(e).hasMessageContaining("ram");
            }
        }
    }

    @Test
    void addressesOutsideTheRangeAreNotMapped() {
        List<Machine> all = machines().toList();
        for (Machine machine : all) {
            AddressSpace space = machine.space();
            long nonCanonical = machine.target.wordBytes() == 4 ? 1L << 32 : 0x4000_0000_0000_0000L;
            boolean hasWholeRange = machine.name.startsWith("s390x, five") || machine.name.startsWith("ppc64le");
            if (!hasWholeRange) {
                assertThat(space.translate(nonCanonical).steps())
                        .as(machine.name)
                        .isEmpty();
                assertThat(space.paddr(nonCanonical)).as(machine.name).isEqualTo(AddressSpace.UNMAPPED);
            }
        }
    }

    /** No table knows the windows that memory is seen through. */
    @Test
    void memoryOfSomeMachinesIsSeenThroughWindows() {
        AddressSpace loongArch =
                open(new Ram(LITTLE), target(Target.EM_LOONGARCH, 14), "SYMBOL(swapper_pg_dir)=9000000000400000\n");
        assertThat(loongArch.paddr(0x9000000012345678L)).isEqualTo(0x12345678L);
        assertThat(loongArch.paddr(0x8000ffffffffffffL)).isEqualTo(0xffffffffffffL);
        AddressSpace ppc64 = open(
                new Ram(LITTLE),
                target(Target.EM_PPC64, 16),
                "SYMBOL(swapper_pg_dir)=c000000000400000\nOSRELEASE=5.10.0\n");
        assertThat(ppc64.paddr(0xc000000212345678L)).isEqualTo(0x2_12345678L);
        assertThat(ppc64.paddr(0xc007ffffffffffffL)).isEqualTo(0x7_ffff_ffff_ffffL);
        assertThat(ppc64.paddr(0xd000000000000000L)).isEqualTo(AddressSpace.UNMAPPED);
    }

    private static final String VMEMMAP = """
            SYMBOL(swapper_pg_dir)=c000000000400000
            OSRELEASE=4.18.0
            SYMBOL(vmemmap_list)=c000000000010000
            SYMBOL(mmu_vmemmap_psize)=c000000000010008
            SYMBOL(mmu_psize_defs)=c000000000010100
            SIZE(mmu_psize_def)=32
            OFFSET(mmu_psize_def.shift)=4
            OFFSET(vmemmap_backing.list)=0
            OFFSET(vmemmap_backing.phys)=8
            OFFSET(vmemmap_backing.virt_addr)=16
            """;

    private static Ram vmemmap() {
        Ram ram = new Ram(LITTLE);
        ram.setUnsigned(0x10000, 8, 0xc000000000020000L);
        ram.setUnsigned(0x10008, 4, 5);
        ram.setUnsigned(0x10100 + 5 * 32 + 4, 4, 24);
        ram.setUnsigned(0x20000, 8, 0xc000000000030000L);
        ram.setUnsigned(0x20008, 8, 0x5000_0000L);
        ram.setUnsigned(0x20010, 8, 0xf000000001000000L);
        ram.setUnsigned(0x30008, 8, 0x7000_0000L);
        ram.setUnsigned(0x30010, 8, 0xf000000000000000L);
        return ram;
    }

    /** With a hashed MMU, struct pages are where a list says: pages of 16 MiB here. */
    @Test
    void theStructPagesOfPpc64AreWhereAListSays() {
        AddressSpace space = open(vmemmap(), target(Target.EM_PPC64, 16), VMEMMAP);
        assertThat(space.paddr(0xf000000000000040L)).isEqualTo(0x7000_0040L);
        assertThat(space.paddr(0xf000000000ffffffL)).isEqualTo(0x70ff_ffffL);
        assertThat(space.paddr(0xf000000001000000L)).isEqualTo(0x5000_0000L);
        assertThat(space.paddr(0xf000000002000000L)).isEqualTo(AddressSpace.UNMAPPED);
    }

    @Test
    void aListThatRunsInARingEnds() {
        Ram ram = vmemmap();
        ram.setUnsigned(0x30000, 8, 0xc000000000020000L);
        AddressSpace space = open(ram, target(Target.EM_PPC64, 16), VMEMMAP);
        assertThat(space.paddr(0xf000000001000000L)).isEqualTo(0x5000_0000L);
    }

    /** Before 6.9 the processor's features tell a radix MMU. */
    @Test
    void aFeatureOfTheProcessorTellsARadixMmu() {
        Ram ram = new Ram(LITTLE);
        new PageTables(ram, mode(EntryEncoding.RADIX, 13, 39, 30, 21, 16), ROOT, ROOT + MIB)
                .map(0xc008000000010000L, 0x7654_0000L, 64 * KIB);
        ram.setUnsigned(0x10000, 8, 0xc000000000020000L);
        ram.setUnsigned(0x20018, 4, 0x40);
        AddressSpace space = open(
                ram,
                target(Target.EM_PPC64, 16),
                "SYMBOL(swapper_pg_dir)=c000000000400000\nOSRELEASE=5.10.0\nSYMBOL(cur_cpu_spec)=c000000000010000\nOFFSET(cpu_spec.mmu_features)=24\n");
        assertThat(space.paddr(0xc008000000010000L)).isEqualTo(0x7654_0000L);
    }

    /** Tables of s390x may be short: an entry tells the first and the last page of the table below. */
    @Test
    void behindTheEndOfAShortTableNothingIsMapped() {
        Target s390x = new Target(Target.EM_S390, 8, ByteOrder.BIG_ENDIAN, 12);
        Ram ram = new Ram(ByteOrder.BIG_ENDIAN);
        PageTables tables = new PageTables(ram, mode(EntryEncoding.S390X, 11, 31, 20, 12), ROOT, ROOT + MIB);
        tables.map(0x8000_0000L, 0x1_0000_0000L, MIB); // in the first page of the segment table
        tables.map(0x8000_0000L + 600 * MIB, 0x2_0000_0000L, MIB); // in the second
        long slot = ROOT + 8;
        ram.setUnsigned(slot, 8, ram.unsigned(slot, 8) & ~3L); // length: one page
        AddressSpace space = open(ram, s390x, "SYMBOL(swapper_pg_dir)=400000\n");
        assertThat(space.paddr(0x8000_0000L)).isEqualTo(0x1_0000_0000L);
        assertThat(space.paddr(0x8000_0000L + 600 * MIB)).isEqualTo(AddressSpace.UNMAPPED);
    }

    /** Linux before 4.6 had its image in the linear map; memory of this machine begins at 1 GiB. */
    @Test
    void theRootOfAnOldArm64KernelIsInTheLinearMap() {
        Ram ram = new Ram(LITTLE);
        new PageTables(ram, mode(EntryEncoding.ARM64, 9, 30, 21, 12), 0x4040_0000L, 0x4050_0000L)
                .map(0xffffffc000000000L, 0x4000_0000L, 2 * MIB);
        RamImage image = new RamImage(
                ram, target(Target.EM_AARCH64, 12), List.of(new Segment(0x4000_0000L, 0, 64 * MIB, 64 * MIB)));
        AddressSpace space = AddressSpace.of(
                image, VmcoreInfo.parse("ram", "SYMBOL(swapper_pg_dir)=ffffffc000400000\nNUMBER(VA_BITS)=39\n"));
        assertThat(space.paddr(0xffffffc000012345L)).isEqualTo(0x4001_2345L);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> open(new Ram(LITTLE), target(Target.EM_RISCV, 12), "NUMBER(VA_BITS)=39\n"))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("ram: VMCOREINFO has no SYMBOL(swapper_pg_dir)");
        assertThatThrownBy(() -> open(
                        new Ram(LITTLE),
                        target(Target.EM_RISCV, 12),
                        "NUMBER(VA_BITS)=40\nSYMBOL(swapper_pg_dir)=ffffffff80400000\n"))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("VA_BITS")
                .hasMessageContaining("39, 48 or 57 expected");
    }
}
