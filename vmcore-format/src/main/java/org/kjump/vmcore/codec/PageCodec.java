package org.kjump.vmcore.codec;

import org.kjump.vmcore.VmcoreException;

/** Packs and unpacks single pages. Not thread-safe; it may hold memory outside of the heap until it is closed. */
public interface PageCodec extends AutoCloseable {
    /**
     * Packs the page that is {@code length} bytes of {@code pages} from {@code at} on.
     *
     * @param target has room for {@code length} bytes from {@code to} on
     * @return how many bytes of {@code target} are filled, or {@code length} if packing gains nothing; then those bytes of
     *     {@code target} hold nothing of use
     */
    int pack(byte[] pages, int at, int length, byte[] target, int to);

    /**
     * Unpacks the first {@code length} bytes of {@code packed} to the whole of {@code page}.
     *
     * @throws VmcoreException if they are damaged, or not exactly one page
     */
    void unpack(byte[] packed, int length, byte[] page);

    @Override
    void close();
}
