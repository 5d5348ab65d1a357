package org.kjump.vmcore.erase;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.erase.Erasure.Patch;

/** A dump of which pieces of pages are overwritten. Safe for use by many threads. */
record ErasedImage(MemoryImage image, NavigableMap<Long, List<Patch>> patches) implements MemoryImage {
    @Override
    public String name() {
        return image.name();
    }

    @Override
    public Target target() {
        return image.target();
    }

    @Override
    public long pfnLimit() {
        return image.pfnLimit();
    }

    /** A page of zeros may have something else in it now. */
    @Override
    public PageState state(long pfn) {
        PageState state = image.state(pfn);
        return state == PageState.ZERO && patches.containsKey(pfn) ? PageState.PRESENT : state;
    }

    @Override
    public long nextReadable(long pfn) {
        return image.nextReadable(pfn);
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        int start = page.position();
        PageState state = image.read(pfn, page);
        if (state != PageState.PRESENT && state != PageState.ZERO) {
            return state;
        }
        patch(pfn, page, start);
        return state(pfn);
    }

    @Override
    public void read(long pfn, int count, ByteBuffer pages) {
        int start = pages.position();
        image.read(pfn, count, pages);
        for (Long patched : patches.subMap(pfn, pfn + count).keySet()) {
            patch(patched, pages, start + (int) (patched - pfn) * target().pageSize());
        }
    }

    private void patch(long pfn, ByteBuffer page, int start) {
        for (Patch patch : patches.getOrDefault(pfn, List.of())) {
            for (int i = 0; i < patch.length(); i++) {
                page.put(start + patch.offset() + i, patch.value());
            }
        }
    }

    @Override
    public List<Note> notes() {
        return image.notes();
    }

    @Override
    public List<Segment> segments() {
        return image.segments();
    }

    @Override
    public void close() {
        image.close();
    }
}
