package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kjump.makedumpfile.DumpInput.DebugData;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.open.Dump;

/** Opens what the command line names as a dump, and its kernel as the debug data describe it. */
record DumpReader(DumpFiles files, Messages messages) {
    /** VMCOREINFO has one page at most; a text that tools have added to has not much more. */
    private static final int VMCOREINFO_MAX = 1 << 20;

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
                sources.add(ByteSource.of(name, channel(name, "dump memory")));
            }
            return sources;
        } catch (IOException e) {
            sources.forEach(ByteSource::close);
            throw new VmcoreException("%s: %s".formatted(names, Reason.of(e)), e);
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

    /** @throws VmcoreException if the kernel is not described well enough */
    KernelMemory kernel(MemoryImage image, DumpInput input) {
        return new KernelMemory(
                image,
                info(image, input)
                        .orElseThrow(() ->
                                new VmcoreException("%s doesn't contain vmcoreinfo: only levels 0 and 1 are possible"
                                        .formatted(image.name()))));
    }

    /** What is known of the kernel, if anything is. */
    Optional<VmcoreInfo> info(MemoryImage image, DumpInput input) {
        DebugData data = input.debugData();
        if (data instanceof DebugData.Vmlinux vmlinux) {
            throw new VmcoreException("%s: -x cannot be read yet".formatted(vmlinux.name()));
        }
        return data instanceof DebugData.VmcoreinfoFile file
                ? Optional.of(completed(file.name(), image))
                : VmcoreInfo.of(image.name(), image.notes());
    }

    /** The text of the file, and what only the dump's own text has. */
    private VmcoreInfo completed(String file, MemoryImage image) {
        String text = text(file);
        Optional<String> own = image.notes().stream()
                .filter(note -> note.name().equals("VMCOREINFO"))
                .findFirst()
                .map(note ->
                        StandardCharsets.ISO_8859_1.decode(note.description()).toString());
        VmcoreInfo told = VmcoreInfo.parse(file, text);
        Optional<String> release =
                own.flatMap(lines -> VmcoreInfo.parse(image.name(), lines).text("OSRELEASE"));
        if (release.isPresent() && !release.equals(told.text("OSRELEASE"))) {
            throw new OtherKernelException(file, image.name());
        }
        return VmcoreInfo.parse(file, text + "\n" + own.orElse(""));
    }

    private String text(String file) {
        try (SeekableByteChannel channel = channel(file, "vmcoreinfo file")) {
            if (channel.size() > VMCOREINFO_MAX) {
                throw new VmcoreException("%s: no VMCOREINFO: at most %d bytes expected, %d found"
                        .formatted(file, VMCOREINFO_MAX, channel.size()));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until it is read
            }
            return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
        } catch (IOException e) {
            throw new VmcoreException("Can't read the vmcoreinfo file(%s). %s".formatted(file, Reason.of(e)), e);
        }
    }

    private SeekableByteChannel channel(String name, String what) {
        try {
            return files.open(name);
        } catch (IOException e) {
            throw new VmcoreException("Can't open the %s(%s). %s".formatted(what, name, Reason.of(e)), e);
        }
    }
}
