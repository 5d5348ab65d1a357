package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;

/**
 * A described machine's memory as a dump that is no file: it has the pages that were written, wherever they are.
 *
 * @param segments what the dump says of virtual addresses
 */
public record RamImage(Ram ram, Target target, List<Segment> segments) implements MemoryImage {
    @Override
    public String name() {
        return "ram";
    }

    @Override
    public long pfnLimit() {
        return ram.end() + target.pageSize() - 1 >>> target.pageShift();
    }

    @Override
    public PageState state(long pfn) {
        long start = pfn << target.pageShift();
        return ram.has(start, start + target.pageSize()) ? PageState.PRESENT : PageState.ABSENT;
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        PageState state = state(pfn);
        if (state == PageState.PRESENT) {
            ram.read(pfn << target.pageShift(), page.slice(page.position(), target.pageSize()));
            page.position(page.position() + target.pageSize());
        }
        return state;
    }

    @Override
    public List<Note> notes() {
        return List.of();
    }

    @Override
    public void close() {}
}
