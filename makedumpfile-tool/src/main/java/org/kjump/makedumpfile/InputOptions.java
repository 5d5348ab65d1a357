package org.kjump.makedumpfile;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The dump, and where more is known of its kernel. */
@Command(optionListHeading = "What is read")
final class InputOptions {
    @Option(names = "-x", paramLabel = "VMLINUX", description = "The kernel's image with debug data (DWARF).")
    @Nullable
    String vmlinux;

    @Option(
            names = "-i",
            paramLabel = "VMCOREINFO",
            description = "A text that @|bold -g|@ made of such an image. That of another kernel ends with status 2.")
    @Nullable
    String vmcoreinfo;

    @Option(
            names = "--diskset",
            paramLabel = "VMCORE",
            description =
                    "A file of a dump that lies in several: each disk of a sadump disk set, in their order, or each part of a split dump. There is no operand VMCORE then.")
    List<String> diskset = new ArrayList<>();

    @Option(
            names = "--jump-back-entry",
            paramLabel = "ADDR",
            converter = Numbers.AddressConverter.class,
            description =
                    "VMCORE was taken after a kexec jump, and this is the entry that leads back: it is found by itself where VMCORE has one control page only. A kdump-compressed DUMPFILE then has the memory as the kernel saw it that was left; an ELF core can be resumed if DL is 0, 1, 16 or 17.")
    @Nullable
    Long jumpBackEntry;

    @Option(
            names = "--machine",
            paramLabel = "DIR",
            description =
                    "All files are those of the kernel that runs on this simulated machine (default: $KJUMP_MACHINE; without either, files of the host).")
    @Nullable
    String machine;

    @Option(names = "-X", description = "Refused, as are the next three: dumps of Xen hypervisors are not read.")
    boolean xenDomains;

    @Option(names = "--xen-syms", paramLabel = "FILE", description = "Refused.")
    @Nullable
    String xenSyms;

    @Option(names = "--xen-vmcoreinfo", paramLabel = "FILE", description = "Refused.")
    @Nullable
    String xenVmcoreinfo;

    @Option(names = "--xen_phys_start", paramLabel = "ADDR", description = "Refused.")
    @Nullable
    String xenPhysStart;

    /** The input whose files are {@code vmcores}. */
    DumpInput input(List<String> vmcores) {
        return new DumpInput(
                vmcores, debugData(), jumpBackEntry == null ? OptionalLong.empty() : OptionalLong.of(jumpBackEntry));
    }

    private DumpInput.DebugData debugData() {
        if (vmlinux != null) {
            return new DumpInput.DebugData.Vmlinux(vmlinux);
        }
        return vmcoreinfo == null
                ? new DumpInput.DebugData.OfTheDump()
                : new DumpInput.DebugData.VmcoreinfoFile(vmcoreinfo);
    }
}
