package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Segment;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;

/**
 * A dump taken after a kexec jump, seen as the kernel that was left saw its memory: the pages that were swapped away are read
 * from where the page list of its kexec image keeps them (kernel/kexec.c of Linux 2.6.27 and later). Safe for use by many threads.
 */
public final class JumpedImage implements MemoryImage {
    private static final long PAGE_OFFSET = 0xc0000000L;
    private static final int DESTINATION = 1;
    private static final int INDIRECTION = 2;
    private static final int DONE = 4;
    private static final int SOURCE = 8;

    private final MemoryImage dump;
    private final NavigableMap<Long, Long> sources = new TreeMap<>();
    private final PfnSet own;
    private final List<Segment> segments;

    /**
     * Takes {@code dump} over: closing this closes it.
     *
     * @throws VmcoreException if the page list is not in the dump, or is none
     */
    public JumpedImage(MemoryImage dump, ControlPage control) {
        this.dump = dump;
        this.own = new PfnSet(dump.pfnLimit());
        own.add(control.paddr() >> dump.target().pageShift());
        own.add(control.swapPage() >> dump.target().pageShift());
        walk(control.list());
        this.segments = withSwappedRuns();
    }

    /**
     * The frames of the dump itself that the way back needs, whatever the kernel that was left thinks of them: the control page, the
     * page list, and the pages that keep what was swapped away.
     */
    public PfnSet needed() {
        return own.copy();
    }

    /** The dump as it is, with the other kernel's pages where they were while it was made. */
    public MemoryImage dump() {
        return dump;
    }

    /**
     * The control page by which the memory is to be seen of the kernel that VMCOREINFO speaks of: there is one if the dump lacks
     * what every kernel has, and one list brings it back. Reads the whole dump if something is missing.
     *
     * @throws VmcoreException if there are several
     */
    public static Optional<ControlPage> findControlPage(MemoryImage dump) {
        Optional<VmcoreInfo> info = VmcoreInfo.of(dump.name(), dump.notes());
        if (info.isEmpty() || dump.target().wordBytes() != 4 || dump.target().order() != ByteOrder.LITTLE_ENDIAN) {
            return Optional.empty();
        }
        long vaddr = info.get().symbol("init_uts_ns").orElse(0);
        long pfn = vaddr - PAGE_OFFSET >> dump.target().pageShift();
        if (vaddr < PAGE_OFFSET || isThere(dump, pfn)) {
            return Optional.empty();
        }
        List<ControlPage> found = ControlPage.find(dump).stream()
                .filter(control -> bringsBack(dump, control, pfn))
                .toList();
        if (found.size() > 1) {
            throw new VmcoreException(
                    "%s: taken after a kexec jump, and there is more than one way back: jump-back entries %s"
                            .formatted(
                                    dump.name(),
                                    found.stream()
                                            .map(control -> "0x%08x".formatted(control.entry()))
                                            .collect(Collectors.joining(", "))));
        }
        return found.stream().findFirst();
    }

    private static boolean isThere(MemoryImage image, long pfn) {
        PageState state = image.state(pfn);
        return state == PageState.PRESENT || state == PageState.ZERO;
    }

    @SuppressWarnings("resource") // closing the view would close the dump
    private static boolean bringsBack(MemoryImage dump, ControlPage control, long pfn) {
        try {
            return isThere(new JumpedImage(dump, control), pfn);
        } catch (VmcoreException e) {
            return false; // its page list is damaged: an old one, whose pages have been used again
        }
    }

    private int word(long paddr) {
        ByteBuffer page = ByteBuffer.allocate(dump.target().pageSize()).order(ByteOrder.LITTLE_ENDIAN);
        long pfn = paddr >> dump.target().pageShift();
        if (paddr < 0 || dump.read(pfn, page) != PageState.PRESENT) {
            throw new VmcoreException(
                    "%s: page list of the jump: the dump has no page at 0x%x".formatted(dump.name(), paddr));
        }
        return page.getInt((int)
                Math.min(paddr & dump.target().pageSize() - 1, dump.target().pageSize() - 4));
    }

    private void walk(int head) {
        Set<Long> lists = new HashSet<>();
        long destination = 0;
        long next = 0;
        int entry = head;
        while ((entry & DONE) == 0 && entry != 0) {
            long page = (entry & 0xffffffffL) >> dump.target().pageShift();
            if ((entry & DESTINATION) != 0) {
                destination = page;
            } else if ((entry & INDIRECTION) != 0) {
                next = page << dump.target().pageShift();
                own.add(page);
                if (!lists.add(page)) {
                    throw new VmcoreException("%s: the page list of the jump has no end".formatted(dump.name()));
                }
            } else if ((entry & SOURCE) != 0) {
                sources.put(destination++, page);
                own.add(page);
            }
            entry = word(next);
            next += 4;
            if ((next & dump.target().pageSize() - 1) == 0 && (entry & (DONE | INDIRECTION)) == 0) {
                throw new VmcoreException(
                        "%s: the page list of the jump does not go on behind 0x%x".formatted(dump.name(), next));
            }
        }
    }

    /** The dump's segments, and one for every run of swapped pages that it does not list. */
    private List<Segment> withSwappedRuns() {
        List<Segment> all = new ArrayList<>(dump.segments());
        int shift = dump.target().pageShift();
        long start = -1;
        long end = -1;
        for (long pfn : sources.keySet()) {
            if (dump.state(pfn) != PageState.ABSENT) {
                continue;
            }
            if (pfn != end) {
                addRun(all, start << shift, end << shift);
                start = pfn;
            }
            end = pfn + 1;
        }
        addRun(all, start << shift, end << shift);
        all.sort(Comparator.comparingLong(Segment::paddr));
        return List.copyOf(all);
    }

    private static void addRun(List<Segment> all, long start, long end) {
        if (start >= 0) {
            all.add(new Segment(start, start + PAGE_OFFSET, end - start, end - start));
        }
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
    public long pfnLimit() {
        long limit = dump.pfnLimit();
        for (long pfn : sources.keySet()) {
            limit = Math.max(limit, pfn + 1);
        }
        return limit;
    }

    @Override
    public PageState state(long pfn) {
        Long source = sources.get(pfn);
        if (source == null) {
            return dump.state(pfn);
        }
        // A page that is its own source was free: nothing of it was kept.
        return source == pfn ? PageState.ZERO : dump.state(source);
    }

    @Override
    public long nextReadable(long pfn) {
        long own = dump.nextReadable(pfn);
        while (own >= 0 && sources.containsKey(own)) {
            own = dump.nextReadable(own + 1);
        }
        for (long swapped : sources.tailMap(pfn, true).keySet()) {
            if (own >= 0 && swapped > own) {
                break;
            }
            if (isThere(this, swapped)) {
                return swapped;
            }
        }
        return own;
    }

    @Override
    public PageState read(long pfn, ByteBuffer page) {
        Long source = sources.get(pfn);
        if (source == null) {
            return dump.read(pfn, page);
        }
        if (source == pfn) {
            page.put(new byte[target().pageSize()]);
            return PageState.ZERO;
        }
        return dump.read(source, page);
    }

    @Override
    public List<Note> notes() {
        return dump.notes();
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    @Override
    public void close() {
        dump.close();
    }
}
