package org.kjump.makedumpfile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.erase.EraseConfig;
import org.kjump.vmcore.erase.Erasure;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpImage;

/**
 * What is erased of a dump's data.
 *
 * @param image the memory without them
 * @param text what ERASEINFO says of them, and of what was erased of the dump before; empty if nothing was
 */
record Erasing(MemoryImage image, byte[] text) {
    /** As it is. */
    static Erasing nothing(MemoryImage image) {
        return new Erasing(image, before(image).toByteArray());
    }

    /**
     * Erases what {@code config} names.
     *
     * @param image the memory to write
     * @throws VmcoreException if that is not the memory as its kernel saw it, or a file cannot be read
     */
    static Erasing of(InputDump dump, MemoryImage image, String config, String vmlinux, Messages messages) {
        if (image != dump.image()) {
            throw new VmcoreException(
                    "%s: what is to be resumed cannot be erased: --config does not go with it".formatted(image.name()));
        }
        DumpReader reader = dump.reader();
        try (ByteSource file = reader.source(config, "config file");
                Vmlinux kernel = new Vmlinux(reader.source(vmlinux, "kernel file"))) {
            Erasure erasure = EraseConfig.read(file).erasure(dump.kernel(), kernel);
            erasure.messages().forEach(messages::error);
            ByteArrayOutputStream text = before(image);
            text.writeBytes(erasure.text().getBytes(StandardCharsets.UTF_8));
            return new Erasing(erasure.applyTo(image), text.toByteArray());
        }
    }

    /** Whether a note of an ELF core tells what was erased. */
    static boolean isEraseInfo(Note note) {
        return note.name().equals("ERASEINFO");
    }

    private static ByteArrayOutputStream before(MemoryImage image) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (image instanceof KdumpImage dump) {
            ByteBuffer earlier = dump.eraseInfo();
            byte[] bytes = new byte[earlier.remaining()];
            earlier.get(bytes);
            text.writeBytes(bytes);
        }
        for (Note note : image.notes()) {
            if (isEraseInfo(note)) {
                // The C tool makes room for the text before it knows how long it is, and fills what is left with zeros.
                String lines = StandardCharsets.UTF_8.decode(note.description()).toString();
                text.writeBytes(lines.replace("\0", "").getBytes(StandardCharsets.UTF_8));
            }
        }
        return text;
    }
}
