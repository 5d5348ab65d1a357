package org.kjump.vmcore.codec;

/** A compression library, as far as {@link BlockCodec} needs it. */
interface BlockLibrary {
    /** The longest that {@code length} bytes can become. */
    int bound(int length);

    /** @return bytes of {@code target}, which has room for {@link #bound}, that are filled */
    int compress(byte[] pages, int at, int length, byte[] target);

    /**
     * @return bytes of {@code page} that are filled
     * @throws RuntimeException of any kind if the block is damaged or does not fit
     */
    int decompress(byte[] block, int length, byte[] page);

    /** Gives back memory outside of the heap. */
    default void close() {}
}
