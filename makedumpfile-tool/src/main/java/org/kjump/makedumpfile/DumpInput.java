package org.kjump.makedumpfile;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The dump to read, and what is known of its kernel beside it.
 *
 * @param vmcores names of the files: one, or those of a dump that lies in several, in the order of the command line
 * @param debugData where names and layouts come from that the dump's own VMCOREINFO lacks
 * @param jumpBackEntry physical address, where the user gave it
 */
record DumpInput(List<String> vmcores, DebugData debugData, OptionalLong jumpBackEntry) {
    DumpInput {
        vmcores = List.copyOf(vmcores);
        if (vmcores.isEmpty()) {
            throw new IllegalArgumentException("no file");
        }
    }

    /** What messages call the dump: the first file's name. */
    String name() {
        return vmcores.get(0);
    }

    /** Names and layouts of the dumped kernel. */
    sealed interface DebugData {
        /** What the dump says itself. */
        record OfTheDump() implements DebugData {}

        /** {@code -x}: a kernel image with DWARF. */
        record Vmlinux(String name) implements DebugData {}

        /** {@code -i}: the text that {@code -g} makes. */
        record VmcoreinfoFile(String name) implements DebugData {}

        /** The file's name, if there is one. */
        default Optional<String> file() {
            if (this instanceof Vmlinux vmlinux) {
                return Optional.of(vmlinux.name());
            }
            return this instanceof VmcoreinfoFile text ? Optional.of(text.name()) : Optional.empty();
        }
    }
}
