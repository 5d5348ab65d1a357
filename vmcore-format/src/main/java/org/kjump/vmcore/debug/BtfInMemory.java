package org.kjump.vmcore.debug;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.btf.BtfTypes;
import org.kjump.vmcore.debug.type.Types;
import org.kjump.vmcore.kernel.KernelMemory;

/** Finds the BTF of a kernel in its memory: where a symbol says that it is, or else by its header, behind the kernel's text. */
final class BtfInMemory {
    /** 6.12 with all options has 10 MiB. */
    private static final int SIZE_MAX = 48 << 20;
    /** What looks like BTF and is smaller is something else. */
    private static final int SEARCHED_SIZE_MIN = 64 << 10;

    /** A kernel's image is not larger, and its BTF is among its read-only data. */
    private static final long SEARCHED = 128L << 20;

    private static final int MAGIC_AND_VERSION = 0x01eb9f;
    private static final int MAGIC_AND_VERSION_MASK = 0xffffff;
    private static final int MAGIC_AND_VERSION_BIG = 0xeb9f01;
    private static final int HEADER = 24;

    private final KernelMemory kernel;

    private BtfInMemory(KernelMemory kernel) {
        this.kernel = kernel;
    }

    /** @return empty if there is none, or the dump does not have it whole */
    static Optional<Types> of(KernelMemory kernel, Symbols symbols) {
        BtfInMemory memory = new BtfInMemory(kernel);
        OptionalLong start = symbols.address("__start_BTF");
        return start.isPresent() ? memory.at(start.getAsLong(), HEADER) : memory.search();
    }

    private Optional<Types> search() {
        OptionalLong text = kernel.info().symbol("_stext");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int pageSize = kernel.image().target().pageSize();
        long start = text.getAsLong() & -pageSize;
        ByteBuffer bytes = ByteBuffer.allocate(pageSize).order(kernel.order());
        for (long page = start; page - start < SEARCHED; page += pageSize) {
            boolean isThere = fill(page, bytes);
            for (int i = 0; isThere && i + HEADER <= pageSize; i += 4) {
                if (isHeader(bytes, i)) {
                    Optional<Types> types = at(page + i, SEARCHED_SIZE_MIN);
                    if (types.isPresent()) {
                        return types;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean fill(long address, ByteBuffer bytes) {
        try {
            kernel.read(address, bytes.clear());
            return true;
        } catch (VmcoreException e) {
            return false;
        }
    }

    private Optional<ByteBuffer> read(long address, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(kernel.order());
        return fill(address, bytes) ? Optional.of(bytes.flip()) : Optional.empty();
    }

    private static boolean isHeader(ByteBuffer bytes, int index) {
        boolean little = bytes.order() == java.nio.ByteOrder.LITTLE_ENDIAN;
        int word = bytes.getInt(index);
        return little ? (word & MAGIC_AND_VERSION_MASK) == MAGIC_AND_VERSION : word >>> 8 == MAGIC_AND_VERSION_BIG;
    }

    private Optional<Types> at(long address, int least) {
        Optional<ByteBuffer> header = read(address, HEADER);
        if (header.isEmpty() || !isHeader(header.get(), 0)) {
            return Optional.empty();
        }
        long size = length(header.get());
        if (size < least || size > SIZE_MAX) {
            return Optional.empty();
        }
        return read(address, (int) size)
                .map(bytes -> new BtfTypes(
                        "%s: BTF at %x".formatted(kernel.image().name(), address),
                        bytes,
                        kernel.image().target().wordBytes()));
    }

    /** Of header, records and names: each part's offset, from the end of the header, and length are in it. */
    private static long length(ByteBuffer header) {
        return word(header, 4) + Math.max(word(header, 8) + word(header, 12), word(header, 16) + word(header, 20));
    }

    private static long word(ByteBuffer bytes, int index) {
        return bytes.getInt(index) & 0xffffffffL;
    }
}
