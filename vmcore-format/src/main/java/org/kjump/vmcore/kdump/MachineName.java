package org.kjump.vmcore.kdump;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Target;

/**
 * A kind of machine, as {@code uname -m} names it (arch/.../Makefile of Linux: UTS_MACHINE).
 *
 * @param elfMachine {@code e_machine}
 * @param wordBytes size of a long
 */
record MachineName(int elfMachine, int wordBytes) {
    static final MachineName I386 = new MachineName(Target.EM_386, 4);
    static final MachineName X86_64 = new MachineName(Target.EM_X86_64, 8);

    private static final int EM_ARM = 40;
    private static final int EM_PPC64 = 21;
    private static final int EM_S390 = 22;

    private static final Map<String, MachineName> NAMES = Map.ofEntries(
            Map.entry("i386", I386),
            Map.entry("i486", I386),
            Map.entry("i586", I386),
            Map.entry("i686", I386),
            Map.entry("x86_64", X86_64),
            Map.entry("aarch64", new MachineName(Target.EM_AARCH64, 8)),
            Map.entry("aarch64_be", new MachineName(Target.EM_AARCH64, 8)),
            Map.entry("mips", new MachineName(8, 4)),
            Map.entry("mips64", new MachineName(8, 8)),
            Map.entry("parisc", new MachineName(15, 4)),
            Map.entry("ppc", new MachineName(20, 4)),
            Map.entry("ppc64", new MachineName(EM_PPC64, 8)),
            Map.entry("ppc64le", new MachineName(EM_PPC64, 8)),
            Map.entry("s390", new MachineName(EM_S390, 4)),
            Map.entry("s390x", new MachineName(EM_S390, 8)),
            Map.entry("sparc64", new MachineName(43, 8)),
            Map.entry("ia64", new MachineName(50, 8)),
            Map.entry("riscv32", new MachineName(243, 4)),
            Map.entry("riscv64", new MachineName(243, 8)),
            Map.entry("loongarch64", new MachineName(258, 8)));

    /** Sizes of {@code struct elf_prstatus}; no two of them are the same for one byte order. */
    private static final Map<Integer, MachineName> LITTLE_PRSTATUS = Map.of(
            144, I386,
            148, new MachineName(EM_ARM, 4),
            336, X86_64,
            392, new MachineName(Target.EM_AARCH64, 8),
            504, new MachineName(EM_PPC64, 8));

    private static final Map<Integer, MachineName> BIG_PRSTATUS =
            Map.of(336, new MachineName(EM_S390, 8), 504, new MachineName(EM_PPC64, 8));

    /** @param uname empty if the writer did not know; empty answer for names that are not known */
    static Optional<MachineName> named(String uname) {
        return uname.startsWith("armv")
                ? Optional.of(new MachineName(EM_ARM, 4))
                : Optional.ofNullable(NAMES.get(uname));
    }

    /** What a processor's registers are the size of, if the dump has such a note. */
    static Optional<MachineName> of(List<Note> notes, ByteOrder order) {
        return notes.stream()
                .filter(note -> note.type() == Note.NT_PRSTATUS && note.name().equals("CORE"))
                .findFirst()
                .map(note -> (order == ByteOrder.LITTLE_ENDIAN ? LITTLE_PRSTATUS : BIG_PRSTATUS)
                        .get(note.description().remaining()));
    }

    /** The layout that files of the machine have if makedumpfile wrote them. */
    KdumpLayout layout() {
        if (wordBytes == 8) {
            return KdumpLayout.WIDE;
        }
        return elfMachine == Target.EM_386 ? KdumpLayout.I386 : KdumpLayout.ALIGNED;
    }
}
