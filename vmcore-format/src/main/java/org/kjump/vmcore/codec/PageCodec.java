package org.kjump.vmcore.codec;

import org.kjump.vmcore.VmcoreException;

/** Packs and unpacks single pages. Not thread-safe; it may hold memory outside of the heap until it is closed. */
public interface PageCodec extends AutoCloseable {
    /**
     * Packs the whole of {@code page}.
     *
     * @param packed as long as the page
     * @return how many bytes of {@code packed} are filled, or the length of the page if packing gains nothing; then
     *     {@code packed} holds nothing of use
     */
    int pack(byte[] page, byte[] packed);

    /**
     * Unpacks the first {@code length} bytes of {@code packed} to the whole of {@code page}.
     *
     * @throws VmcoreException if they are damaged, or not exactly one page
     */
    void unpack(byte[] packed, int length, byte[] page);

    @Override
    void close();
}
