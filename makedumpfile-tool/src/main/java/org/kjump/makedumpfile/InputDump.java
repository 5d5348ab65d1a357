package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/**
 * A dump that is open.
 *
 * @param image the memory of the dumped kernel as it saw it itself, also if the dump was taken by another after a jump
 * @param info what is known of the kernel, if anything is
 */
record InputDump(MemoryImage image, Optional<VmcoreInfo> info) implements AutoCloseable {
    static InputDump open(DumpInput input, DumpFiles files, Messages messages) throws IOException {
        MemoryImage dump = Dump.open(input.name(), channel(input.name(), files));
        try {
            MemoryImage image = kernelsView(input, dump, messages);
            return new InputDump(image, VmcoreInfo.of(image.name(), image.notes()));
        } catch (RuntimeException e) {
            dump.close();
            throw e;
        }
    }

    private static SeekableByteChannel channel(String name, DumpFiles files) {
        try {
            return files.open(name);
        } catch (IOException e) {
            throw new VmcoreException("Can't open the dump memory(%s). %s".formatted(name, Reason.of(e)), e);
        }
    }

    private static MemoryImage kernelsView(DumpInput input, MemoryImage dump, Messages messages) {
        if (input.jumpBackEntry().isPresent()) {
            return new JumpedImage(
                    dump, ControlPage.at(dump, input.jumpBackEntry().getAsLong()));
        }
        Optional<ControlPage> control = JumpedImage.findControlPage(dump);
        if (control.isEmpty()) {
            return dump;
        }
        messages.common("%s was taken after a kexec jump: jump-back entry 0x%08x"
                .formatted(dump.name(), control.get().entry()));
        return new JumpedImage(dump, control.get());
    }

    /** @throws VmcoreException if nothing is known of the kernel */
    KernelMemory kernel() {
        return new KernelMemory(
                image,
                info.orElseThrow(() -> new VmcoreException(
                        "%s doesn't contain vmcoreinfo: only levels 0 and 1 are possible".formatted(image.name()))));
    }

    @Override
    public void close() {
        image.close();
    }
}
