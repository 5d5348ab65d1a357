package org.kjump.makedumpfile;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.kernel.ClassesInOrder;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.PageClass;

/**
 * How many pages of a dump are used for what, counted once for all levels. Immutable.
 *
 * @param frames all frames up to the highest
 * @param original frames of which the dumped machine has memory
 * @param marked pages that every level drops
 * @param uses all other pages
 */
record PageCensus(long frames, long original, Map<Marked, Long> marked, Map<PageClass, Use> uses) {
    /**
     * Pages of one class.
     *
     * @param counted all of them
     * @param stored those of which the dump has the bytes
     * @param zero those of {@code stored} that hold nothing but zeros
     */
    record Use(long counted, long stored, long zero) {
        private static final Use NONE = new Use(0, 0, 0);

        private Use plus(Use other) {
            return new Use(counted + other.counted, stored + other.stored, zero + other.zero);
        }
    }

    private static final class Tally {
        private long counted;
        private long stored;
        private long zero;
    }

    /** A page that every level drops, and what it would be dropped as if a level asks for that. */
    record Marked(PageClass mark, PageClass use) {}

    /** Is told of each page that has other bytes than zeros. */
    interface Visitor {
        void page(long pfn, byte[] page);
    }

    /**
     * Reads the whole dump.
     *
     * @param classes none for a kernel that is not known: then all pages are the kernel's
     */
    static PageCensus of(
            MemoryImage image,
            DumpedPages pages,
            Optional<ClassesInOrder> classes,
            Visitor visitor,
            Progress progress) {
        Map<PageClass, Tally> tallies = new EnumMap<>(PageClass.class);
        for (PageClass use : PageClass.values()) {
            tallies.put(use, new Tally());
        }
        Map<Marked, Long> marked = new HashMap<>();
        @Nullable ClassesInOrder known = classes.orElse(null);
        ZeroTest test = new ZeroTest(image);
        PfnSet all = pages.counted();
        long limit = all.limit();
        for (long pfn = all.next(0); pfn >= 0; pfn = all.next(pfn + 1)) {
            PageClass use = PageClass.KERNEL;
            if (known != null) {
                use = known.of(pfn);
                PageClass mark = known.droppedAs(pfn, 0);
                if (mark != PageClass.KERNEL) {
                    marked.merge(new Marked(mark, use), 1L, Long::sum);
                    continue;
                }
            }
            Tally tally = Objects.requireNonNull(tallies.get(use));
            tally.counted++;
            if (pages.stored().has(pfn)) {
                tally.stored++;
                if (test.isZero(pfn)) {
                    tally.zero++;
                } else {
                    visitor.page(pfn, test.page());
                }
            }
            progress.at(pfn + 1, limit);
        }
        Map<PageClass, Use> uses = new EnumMap<>(PageClass.class);
        tallies.forEach((use, tally) -> uses.put(use, new Use(tally.counted, tally.stored, tally.zero)));
        return new PageCensus(pages.existing().limit(), pages.existing().size(), marked, uses);
    }

    /** How many pages a level leaves out, by the class that makes them drop; zero pages are not among them. */
    Map<PageClass, Long> dropped(int level) {
        Map<PageClass, Long> dropped = new EnumMap<>(PageClass.class);
        marked.forEach(
                (page, count) -> dropped.merge(page.use.droppedAt(level) ? page.use : page.mark, count, Long::sum));
        uses.forEach((use, pages) -> {
            if (use.droppedAt(level)) {
                dropped.merge(use, pages.counted, Long::sum);
            }
        });
        return dropped;
    }

    /** How many pages a level leaves to be stored; zero pages are among them, whatever the level. */
    long kept(int level) {
        return remaining(level).stored;
    }

    /** How many zero pages a level finds, which is none if it does not look for them. */
    long zero(int level) {
        return (level & 1) == 0 ? 0 : remaining(level).zero;
    }

    /** How many pages that a level leaves hold nothing but zeros, whether or not it looks for them. */
    long zeroAmongKept(int level) {
        return remaining(level).zero;
    }

    /** The report of a run at a level that writes nothing. */
    Report report(int level) {
        return new Report(level, frames, original, dropped(level), zero(level), OptionalLong.empty(), 0, 0);
    }

    private Use remaining(int level) {
        return uses.entrySet().stream()
                .filter(entry -> !entry.getKey().droppedAt(level))
                .map(Map.Entry::getValue)
                .reduce(Use.NONE, Use::plus);
    }

    /** Reads pages to see whether they hold anything. */
    private static final class ZeroTest {
        private final MemoryImage image;
        private final byte[] page;
        private final byte[] zero;

        ZeroTest(MemoryImage image) {
            this.image = image;
            this.page = new byte[image.target().pageSize()];
            this.zero = new byte[page.length];
        }

        boolean isZero(long pfn) {
            image.read(pfn, ByteBuffer.wrap(page));
            return Arrays.equals(page, zero);
        }

        byte[] page() {
            return page;
        }
    }
}
