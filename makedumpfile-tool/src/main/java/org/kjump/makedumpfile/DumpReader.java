package org.kjump.makedumpfile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.DebugData;
import org.kjump.vmcore.debug.Need;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/** Opens what the command line names as a dump, and its kernel as the debug data describe it. */
record DumpReader(DumpFiles files, Messages messages) {
    DumpReader(Session session) {
        this(session.files(), session.messages());
    }

    /**
     * The memory of the dumped kernel as it saw it itself, also if the dump was taken by another after a jump.
     *
     * @throws VmcoreException if it cannot be opened, or is no dump
     */
    MemoryImage open(DumpInput input) {
        MemoryImage dump = Dump.open(sources(input.vmcores()));
        try {
            return kernelsView(dump, input);
        } catch (RuntimeException e) {
            dump.close();
            throw e;
        }
    }

    private List<ByteSource> sources(List<String> names) {
        List<ByteSource> sources = new ArrayList<>();
        try {
            for (String name : names) {
                sources.add(source(name, "dump memory"));
            }
            return sources;
        } catch (RuntimeException e) {
            sources.forEach(ByteSource::close);
            throw e;
        }
    }

    private MemoryImage kernelsView(MemoryImage dump, DumpInput input) {
        Optional<ControlPage> control = input.jumpBackEntry().isPresent()
                ? Optional.of(ControlPage.at(dump, input.jumpBackEntry().getAsLong()))
                : JumpedImage.findControlPage(dump);
        if (control.isEmpty()) {
            return dump;
        }
        if (input.jumpBackEntry().isEmpty()) {
            messages.common("%s was taken after a kexec jump: jump-back entry 0x%08x"
                    .formatted(dump.name(), control.get().entry()));
        }
        return new JumpedImage(dump, control.get());
    }

    /**
     * The kernel with all that is known of it.
     *
     * @param needs what the work ahead has to know; what VMCOREINFO does not tell is looked for in the kernel's own memory
     * @throws VmcoreException if the kernel is not described well enough
     */
    KernelMemory kernel(MemoryImage image, DumpInput input, Set<Need> needs) {
        return kernel(image, given(input), needs);
    }

    /** The same with what {@link #given} answered: to read a vmlinux takes long. */
    KernelMemory kernel(MemoryImage image, Optional<VmcoreInfo> given, Set<Need> needs) {
        KernelMemory kernel = DebugData.kernel(image, given, needs);
        kernel.info()
                .keysBySource()
                .forEach((source, keys) -> messages.debug("%s: %s".formatted(source, String.join(" ", keys))));
        return kernel;
    }

    /** What is known of the kernel without looking into its memory, if anything is. */
    static Optional<VmcoreInfo> info(MemoryImage image, Optional<VmcoreInfo> given) {
        return given.isEmpty() && VmcoreInfo.of(image.name(), image.notes()).isEmpty()
                ? Optional.empty()
                : Optional.of(DebugData.known(image, given));
    }

    /** What the user gives beside the dump. */
    Optional<VmcoreInfo> given(DumpInput input) {
        if (input.debugData() instanceof DumpInput.DebugData.Vmlinux file) {
            try (Vmlinux vmlinux = new Vmlinux(source(file.name(), "kernel file"))) {
                return Optional.of(vmlinux.info());
            }
        }
        if (input.debugData() instanceof DumpInput.DebugData.VmcoreinfoFile file) {
            try (ByteSource text = source(file.name(), "vmcoreinfo file")) {
                return Optional.of(DebugData.fromText(text));
            }
        }
        return Optional.empty();
    }

    /** @param what it is called if it cannot be opened */
    ByteSource source(String name, String what) {
        try {
            return ByteSource.of(name, files.open(name));
        } catch (IOException e) {
            throw new VmcoreException("Can't open the %s(%s). %s".formatted(what, name, Reason.of(e)), e);
        }
    }
}
