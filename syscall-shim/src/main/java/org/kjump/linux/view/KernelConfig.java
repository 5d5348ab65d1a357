package org.kjump.linux.view;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * The configuration that a kernel carries in its read-only data: a gzip between the marks {@code IKCFG_ST} and
 * {@code IKCFG_ED}, as kernel/configs.c has it.
 */
public final class KernelConfig {
    private static final byte[] START = "IKCFG_ST".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "IKCFG_ED".getBytes(StandardCharsets.US_ASCII);
    /** From the symbol to the end of the read-only data. */
    private static final int ROOM = 0x40000;

    private KernelConfig() {}

    /** Puts a configuration into a kernel's memory. */
    public static void put(KernelView kernel, byte[] gzip) {
        if (START.length + gzip.length + END.length > ROOM) {
            throw new KernelPanic("configuration of %d bytes".formatted(gzip.length));
        }
        long at = kernel.profile().symbol("kernel_config_data");
        kernel.setBytes(at, START);
        kernel.setBytes(at + START.length, gzip);
        kernel.setBytes(at + START.length + gzip.length, END);
    }

    static Set<String> of(KernelView kernel) {
        byte[] bytes = new byte[ROOM];
        kernel.read(kernel.profile().symbol("kernel_config_data") + START.length, ByteBuffer.wrap(bytes));
        return lines(bytes);
    }

    /** The lines of a gzip of text; what stands behind the gzip is not looked at. */
    private static Set<String> lines(byte[] gzip) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            byte[] text = in.readNBytes(1 << 20);
            return Set.copyOf(
                    new String(text, StandardCharsets.US_ASCII).lines().toList());
        } catch (IOException e) {
            // GZIPInputStream looks for a second member behind the first and finds the end mark: not an error of ours.
            throw new KernelPanic("no configuration in the kernel: " + e.getMessage());
        }
    }
}
