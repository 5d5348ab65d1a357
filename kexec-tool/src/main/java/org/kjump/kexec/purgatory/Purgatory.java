package org.kjump.kexec.purgatory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The assembled purgatory and the table of words at its start; purgatory.S defines both. */
public final class Purgatory {
    /** As many regions as the table holds. */
    public static final int MAX_REGIONS = 16;

    private static final int MAGIC = 0x47504a4b;
    private static final int ENTRY_OFFSET = 0x04;
    private static final int MEMORY_SIZE = 0x08;
    private static final int KERNEL_ENTRY = 0x0c;
    private static final int BOOT_PARAMS = 0x10;
    private static final int COMMAND_LINE_END = 0x14;
    private static final int SKIP_CHECKS = 0x18;
    private static final int REGION_COUNT = 0x1c;
    private static final int DIGEST = 0x20;
    private static final int REGIONS = 0x40;
    private static final int ARGUMENT = 0xc0;
    private static final int SERIAL_PORT = 0xc4;
    private static final int COPY_SOURCE = 0xc8;
    private static final int COPY_LENGTH = 0xcc;
    private static final int COPY_TARGET = 0xd0;
    private static final int DIGEST_BYTES = 32;

    private final ByteBuffer code;

    /** Bytes at {@code start} that the digest covers; {@code length} is a multiple of 64. */
    public record Region(long start, long length) {}

    private Purgatory(ByteBuffer code) {
        this.code = code.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** As assembled, nothing patched. */
    public static Purgatory load() {
        try (InputStream in = Purgatory.class.getResourceAsStream("purgatory.bin")) {
            if (in == null) {
                throw new IllegalStateException("purgatory.bin is missing");
            }
            Purgatory purgatory = new Purgatory(ByteBuffer.wrap(in.readAllBytes()));
            if (purgatory.code.getInt(0) != MAGIC) {
                throw new IllegalStateException("purgatory.bin has no table");
            }
            return purgatory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Memory needed, with stack and work space. */
    public long memorySize() {
        return code.getInt(MEMORY_SIZE);
    }

    /** Where to enter, from the first byte. */
    public long entryOffset() {
        return code.getInt(ENTRY_OFFSET);
    }

    /** What to enter at the end, and with which boot_params in ESI. */
    public void enter(long kernelEntry, long bootParams) {
        code.putInt(KERNEL_ENTRY, (int) kernelEntry).putInt(BOOT_PARAMS, (int) bootParams);
    }

    /** Has the jump back entry appended at {@code nul}, the address of the command line's end. */
    public void appendJumpBackEntryAt(long nul) {
        code.putInt(COMMAND_LINE_END, (int) nul);
    }

    /** What an ELF program finds behind its return address. */
    public void passOnStack(long argument) {
        code.putInt(ARGUMENT, (int) argument);
    }

    /** Where it says that an image is damaged: the port of an 8250 that the old kernel has set up. */
    public void complainAt(int serialPort) {
        code.putInt(SERIAL_PORT, serialPort);
    }

    /** Has memory copied before the new kernel can touch it; {@code length} is a multiple of 4. */
    public void copy(long source, long length, long target) {
        code.putInt(COPY_SOURCE, (int) source).putInt(COPY_LENGTH, (int) length).putInt(COPY_TARGET, (int) target);
    }

    public void skipChecks() {
        code.putInt(SKIP_CHECKS, 1);
    }

    /** @param sha256 of all regions' bytes, one after the other */
    public void expect(List<Region> regions, byte[] sha256) {
        if (regions.size() > MAX_REGIONS || sha256.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("%d regions, %d bytes".formatted(regions.size(), sha256.length));
        }
        code.putInt(REGION_COUNT, regions.size()).put(DIGEST, sha256);
        for (int i = 0; i < regions.size(); i++) {
            code.putInt(REGIONS + 8 * i, (int) regions.get(i).start());
            code.putInt(REGIONS + 8 * i + 4, (int) regions.get(i).length());
        }
    }

    /** The bytes with all that was patched. */
    public ByteBuffer bytes() {
        return code.asReadOnlyBuffer().rewind();
    }
}
