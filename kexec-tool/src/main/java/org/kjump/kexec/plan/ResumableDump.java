package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.kernel.ControlPage;
import org.kjump.vmcore.kernel.JumpedImage;
import org.kjump.vmcore.kernel.LostPages;

/**
 * A dump, and all frames that i386 can address: the pages that a jump's page list names are looked for in all of them, so that one that
 * lies behind the end of a cut dump is missed.
 */
record ResumableDump(MemoryImage dump) implements MemoryImage {
    private static final long FRAMES = 1L << 20;

    /**
     * Checks that at {@code entry} is a control page, that all which it needs to swap memory back will be there, and then all that
     * the kernel uses.
     *
     * @param loaded what will be loaded: a page of it that the dump does not have is zero
     * @param ram whole pages of RAM
     */
    void require(long entry, List<PaddrRange> loaded, List<PaddrRange> ram) {
        JumpedImage jumped = new JumpedImage(this, ControlPage.at(this, entry));
        PfnSet needed = jumped.needed();
        for (long pfn = needed.next(0); pfn >= 0; pfn = needed.next(pfn + 1)) {
            long paddr = pfn << target().pageShift();
            boolean there = loaded.stream().anyMatch(range -> range.start() <= paddr && paddr < range.end());
            // A page that is its own source holds nothing that would be missed.
            if (!there && jumped.state(pfn) == PageState.ABSENT) {
                throw new PlanException(
                        "%s: the page list of the jump (--entry=0x%x) needs memory at 0x%x, which is not in the dump"
                                .formatted(name(), entry, paddr));
            }
        }
        requireUsed(jumped, ram);
    }

    /** Without a page that it uses the kernel would go on for a while, and then not know why it fails. */
    private void requireUsed(JumpedImage jumped, List<PaddrRange> ram) {
        PfnSet frames = new PfnSet(FRAMES);
        for (PaddrRange range : ram) {
            frames.add(range.start() >> target().pageShift(), range.end() >> target().pageShift());
        }
        // The BIOS's vectors are there: Linux never uses it, and later kernels do not call it RAM, so that their dumps
        // lack it.
        frames.remove(0);
        PfnSet lost = LostPages.of(jumped, frames);
        if (lost.size() > 0) {
            throw new PlanException(
                    "%s: the kernel in it uses %d pages that are not in the dump, the first at 0x%x: it cannot be resumed"
                            .formatted(name(), lost.size(), lost.next(0) << target().pageShift()));
        }
    }

    @Override
    public long pfnLimit() {
        return FRAMES;
    }

    @Override
    public String name() {
        return dump.name();
    }

    @Override
    public Target target() {
        return dump.target();
    }

    @Override
    public PageState state(long pfn) {
        return dump.state(pfn);
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        return dump.read(pfn, page);
    }

    @Override
    public List<Note> notes() {
        return dump.notes();
    }

    @Override
    public List<Segment> segments() {
        return dump.segments();
    }

    @Override
    public void close() {
        dump.close();
    }
}
