package org.kjump.linux.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelText;
import org.kjump.vmcore.layout.StructLayout;

/**
 * Makes a bzImage, boot protocol 2.09 as 2.6.27 has it: sectors of real-mode setup, then the protected-mode part, whose first
 * page hands over to Java and whose payload is the configuration, compressed.
 */
public final class KernelImageBuilder {
    private static final int SETUP_SECTORS = 11;
    private static final int SECTOR = 512;
    private static final int PROTOCOL = 0x0209;
    private static final int LOADED_HIGH = 1;

    private KernelImageBuilder() {}

    /** The same bytes for the same configuration. */
    public static byte[] build(Profile profile, String config) {
        byte[] payload = gzip(config);
        byte[] entry = KernelText.imagePage(profile.release());
        int protectedSize = (entry.length + payload.length + 15) / 16 * 16;
        int setupSize = (SETUP_SECTORS + 1) * SECTOR;
        ByteBuffer image = ByteBuffer.allocate(setupSize + protectedSize).order(ByteOrder.LITTLE_ENDIAN);
        set(image, "setup_sects", SETUP_SECTORS);
        set(image, "root_flags", 1);
        set(image, "syssize", protectedSize / 16);
        set(image, "vid_mode", 0xffff);
        set(image, "boot_flag", 0xaa55);
        set(image, "jump", 0xeb);
        set(image, "jump_offset", 0x4e); // the header ends at 0x250
        set(image, "header", BootParams.HEADER_MAGIC);
        set(image, "version", PROTOCOL);
        set(image, "kernel_version", 0x400);
        set(image, "loadflags", LOADED_HIGH);
        set(image, "code32_start", 0x100000);
        set(image, "initrd_addr_max", 0x37ffffff);
        set(image, "kernel_alignment", 0x100000);
        set(image, "relocatable_kernel", 1);
        set(image, "cmdline_size", 2047);
        set(image, "payload_offset", entry.length);
        set(image, "payload_length", payload.length);
        byte[] version = (profile.release() + " (kjump) #1").getBytes(StandardCharsets.US_ASCII);
        image.put(0x600, version);
        image.put(setupSize, entry);
        image.put(setupSize + entry.length, payload);
        return image.array();
    }

    private static void set(ByteBuffer image, String field, long value) {
        StructLayout layout = BootParams.LAYOUT;
        layout.field(field).setUnsigned(image, 0, value);
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
