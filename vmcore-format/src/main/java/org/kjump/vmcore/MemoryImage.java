package org.kjump.vmcore;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A dump seen as the physical memory of the machine it was taken of, whatever the file format.
 *
 * <p>Page frames are numbered by {@code pfn}, physical address divided by the page size. Implementations are safe for
 * use by many threads, until they are closed: close an image when no thread reads it.
 */
public interface MemoryImage extends Closeable {
    /** What messages call this dump: usually the file's name. */
    String name();

    /** The machine that the dump was taken of: its page size, word size and byte order. */
    Target target();

    /** One more than the highest page frame number that the dump knows of. */
    long pfnLimit();

    /** What the dump knows of a page, without reading it: for any {@code pfn}, also a negative one. Frames at or above {@link #pfnLimit()} are absent. */
    PageState state(long pfn);

    /**
     * The lowest frame at or above {@code pfn} that can be read: {@link PageState#PRESENT} or {@link PageState#ZERO}.
     *
     * <p>This one asks frame by frame; formats that know better do not, as the gaps may be wide.
     *
     * @return its number, or -1 if there is none
     */
    default long nextReadable(long pfn) {
        long limit = pfnLimit();
        for (long next = pfn; next < limit; next++) {
            PageState state = state(next);
            if (state == PageState.PRESENT || state == PageState.ZERO) {
                return next;
            }
        }
        return -1;
    }

    /**
     * Reads a page.
     *
     * @param page has at least a page remaining; exactly one page is put into it if the answer is {@link
     *     PageState#PRESENT} or {@link PageState#ZERO}, and nothing otherwise
     * @throws VmcoreException if the file is damaged where the page should be
     */
    PageState read(long pfn, ByteBuffer page);

    /**
     * Reads frames that follow each other and are all {@link PageState#PRESENT} or {@link PageState#ZERO}.
     *
     * <p>This one reads page by page; formats that keep pages side by side read them at once.
     *
     * @param pages has at least {@code count} pages remaining; exactly so many are put into it
     * @throws VmcoreException if a page is not there, or the file is damaged where it should be
     */
    default void read(long pfn, int count, ByteBuffer pages) {
        for (int i = 0; i < count; i++) {
            PageState state = read(pfn + i, pages);
            if (state != PageState.PRESENT && state != PageState.ZERO) {
                throw new VmcoreException("%s: page frame 0x%x is not there".formatted(name(), pfn + i));
            }
        }
    }

    /** The notes of the dump, in file order: NT_PRSTATUS per processor, VMCOREINFO, and what else there is. */
    List<Note> notes();

    /**
     * What the kernel tells dump tools of itself, if the dump has it: the note VMCOREINFO, parsed anew by each call.
     *
     * <p>Kernels tell more, of which {@code org.kjump.vmcore.debug.DebugData} makes use.
     */
    default Optional<VmcoreInfo> vmcoreInfo() {
        return VmcoreInfo.of(name(), notes());
    }

    /** The stretches of memory, with the virtual addresses under which the kernel sees them where the dump says so. */
    List<Segment> segments();

    /** Closes the files that it reads from. Nothing may be read from it any more. */
    @Override
    void close();
}
